/** What must hold in every run, whatever happens in it. */
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ScenarioRun } from "../../src/assembly/run.js";
import { formatObserver } from "../../src/model/observation.js";
import type { FinishedRequest } from "../../src/model/recording.js";
import type { RunRecord } from "../../src/model/result.js";
import { open } from "../support/open.js";
import { type RandomScenario, randomScenario, textOf } from "../support/random-scenario.js";

const SEED = 20_260_101;

/** A run with its eyes open: what was written while it ran, and how often each request ended. */
interface Watched {
  readonly started: ScenarioRun;
  readonly record: RunRecord;
  /** Arrivals, and outcomes by "traffic/id". */
  readonly arrived: number;
  readonly ended: ReadonlyMap<string, number>;
  /** Every ClusterIP that each Service ever had from time zero on. */
  readonly clusterIps: ReadonlyMap<string, ReadonlySet<unknown>>;
  readonly largestSlice: number;
}

function watch(scenario: RandomScenario): Watched {
  const started = new ScenarioRun(open(textOf(scenario)), 0);
  const { cluster } = started;
  const { requests: recorder } = started.measurements;
  const ended = new Map<string, number>();
  let arrived = 0;
  let largestSlice = Math.max(...cluster.log.list("EndpointSlice").map(({ object }) => object.endpoints.length));
  const arrival = recorder.arrived.bind(recorder);
  const outcome = recorder.finished.bind(recorder);
  vi.spyOn(recorder, "arrived").mockImplementation((traffic, now) => {
    arrived++;
    arrival(traffic, now);
  });
  vi.spyOn(recorder, "finished").mockImplementation((request: FinishedRequest) => {
    const key = `${request.traffic}/${request.id}`;
    ended.set(key, (ended.get(key) ?? 0) + 1);
    outcome(request);
  });
  const clusterIps = new Map(
    cluster.log.list("Service").map(({ key, object }) => [key, new Set<unknown>([object.spec.clusterIP])]),
  );
  cluster.log.onCommit("Service", ({ key, object }) => {
    if (object.kind === "Service") clusterIps.get(key)?.add(object.spec.clusterIP);
  });
  cluster.log.onCommit("EndpointSlice", ({ object }) => {
    if (object.kind === "EndpointSlice") largestSlice = Math.max(largestSlice, object.endpoints.length);
  });
  while (started.advance(1e9));
  return { started, record: started.finish(), arrived, ended, clusterIps, largestSlice };
}

/** Pods that share an address at some time, by the facts of their sandboxes and what was there at time zero. */
function sharedAddresses(scenario: RandomScenario, record: RunRecord): string[] {
  const fresh = new ScenarioRun(open(textOf(scenario)), 0);
  const holders = new Map<string, string>();
  for (const { object } of fresh.cluster.log.list("Pod")) {
    const { podIP } = object.status;
    if (podIP !== null) holders.set(String(podIP), object.metadata.name);
  }
  const shared: string[] = [];
  const numberOf = (text: string): string =>
    String(text.split(".").reduce((address, part) => address * 256 + Number(part), 0));
  for (const { kind, detail, object, t } of record.events) {
    if (kind === "address-released") holders.delete(numberOf(detail));
    if (kind !== "address-assigned") continue;
    const holder = holders.get(numberOf(detail));
    if (holder !== undefined) shared.push(`${t}: ${object} got ${detail} of ${holder}`);
    holders.set(numberOf(detail), object);
  }
  return shared;
}

describe("in every small random scenario", () => {
  test("requests, addresses, Services and slices are accounted for", () => {
    let churned = 0;
    let failures = 0;
    fc.assert(
      fc.property(randomScenario(), (scenario) => {
        const { started, record, arrived, ended, clusterIps, largestSlice } = watch(scenario);
        // one outcome per request
        expect(ended.size).toBe(arrived);
        expect([...ended.values()].every((count) => count === 1)).toBe(true);
        const { totals } = record;
        expect(totals.requests).toBe(arrived);
        expect(totals.requests).toBe(totals.ok + totals.failed);
        expect(record.requests.length).toBe(arrived);
        expect(record.failures.reduce((sum, { count }) => sum + count, 0)).toBe(totals.failed);
        expect(totals.causes.reduce((sum, { count }) => sum + count, 0)).toBe(totals.failed);
        expect(record.timeline.reduce((sum, row) => sum + row.requests, 0)).toBe(arrived);
        expect(record.timeline.reduce((sum, row) => sum + row.ok, 0)).toBe(totals.ok);
        for (const row of record.requests) {
          expect(row.outcome === "ok").toBe(row.cause === "");
          expect(row.latency).toBeGreaterThan(0);
          expect(row.latency).toBeLessThanOrEqual(5_000_000);
        }
        // addresses
        expect(sharedAddresses(scenario, record)).toEqual([]);
        for (const addresses of clusterIps.values()) expect(addresses.size).toBe(1);
        expect(largestSlice).toBeLessThanOrEqual(100);
        // observers learn of changes in the order in which they were made
        const last = new Map<string, { committedAt: number; appliedAt: number }>();
        for (const { observer, service, committedAt, appliedAt } of record.ruleLags) {
          const key = `${formatObserver(observer)} ${service}`;
          const former = last.get(key);
          if (former !== undefined) {
            expect(committedAt).toBeGreaterThanOrEqual(former.committedAt);
            expect(appliedAt).toBeGreaterThanOrEqual(former.appliedAt);
          }
          expect(appliedAt).toBeGreaterThanOrEqual(committedAt);
          last.set(key, { committedAt, appliedAt });
        }
        // causes come before their consequences
        for (const { fact, cause, t } of record.events) {
          expect(cause).toBeLessThan(fact);
          if (cause >= 0) expect(record.events[cause]?.t).toBeLessThanOrEqual(t);
        }
        churned += started.fired.length;
        failures += totals.failed;
      }),
      { seed: SEED, numRuns: 60 },
    );
    expect(churned).toBeGreaterThan(60);
    expect(failures).toBeGreaterThan(500);
  });
});

describe("a Service of 150 pods", () => {
  const scenario: RandomScenario = {
    seed: 7,
    nodes: 4,
    zones: 2,
    replicas: 150,
    duration: 12,
    rps: 50,
    clients: 0,
    arrival: "poisson",
    preStop: 0,
    onSigterm: "finish",
    headless: false,
    probe: true,
    version: "1.36",
    mode: "iptables",
    watch: 15,
    write: 5,
    minSyncPeriod: "1s",
    churn: ["{at: 1s, rollout: web}", "{at: 6s, scale: web, replicas: 20}"],
    cluster: [],
    pools: [],
  };

  test("has slices of at most 100 endpoints, and more than one", () => {
    const { started, record, largestSlice } = watch(scenario);
    expect(largestSlice).toBe(100);
    const slices = started.cluster.log.list("EndpointSlice").filter(({ key }) => key.startsWith("default/web-"));
    expect(slices.length).toBeGreaterThan(1);
    expect(sharedAddresses(scenario, record)).toEqual([]);
  });
});
