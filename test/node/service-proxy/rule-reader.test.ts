import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Context } from "../../../src/engine/context.js";
import { compile, type Distribution } from "../../../src/engine/distribution.js";
import { Phase } from "../../../src/engine/event-queue.js";
import { Simulation } from "../../../src/engine/simulation.js";
import { behaviourOf, DEFAULT_MINOR } from "../../../src/model/kubernetes-version.js";
import { deliveryLagOf } from "../../../src/node/service-proxy/delivery-lag.js";
import { proxyModeNamed } from "../../../src/node/service-proxy/kube-proxy/modes/modes.js";
import { LazyRuleReader, type RuleReaderOptions } from "../../../src/node/service-proxy/kube-proxy/rule-reader.js";
import { SyncHistory, type SyncRecord } from "../../../src/node/service-proxy/kube-proxy/sync-history.js";
import { type Cut, CutSession } from "../../support/cut-session.js";
import { endpoint, service, slice, TestCluster } from "./cluster.js";
import { EagerReader } from "./eager-reader.js";

const SERVICES = 4;
const END = 12_000_000;

const LAGS: readonly Distribution[] = [
  { kind: "constant", value: 0 },
  { kind: "uniform", min: 5_000, max: 400_000 },
  { kind: "lognormal", median: 15_000, p99: 200_000 },
  { kind: "lognormal", median: 150_000, p99: 4_000_000 },
];

interface Write {
  readonly at: number;
  readonly service: number;
  /** 0: the Service object; otherwise so many endpoints. */
  readonly size: number;
}

const writes = fc.array(
  fc.record({
    at: fc.oneof(
      fc.integer({ min: -500_000, max: END }),
      fc.integer({ min: 0, max: 48 }).map((n) => n * 250_000),
    ),
    service: fc.integer({ min: 0, max: SERVICES - 1 }),
    size: fc.integer({ min: 0, max: 5 }),
  }),
  { maxLength: 60, size: "max" },
);

const cases = fc.record({
  writes,
  mode: fc.constantFrom("iptables" as const, "nftables" as const),
  leadingEdge: fc.boolean(),
  minInterval: fc.constantFrom(100_000, 1_000_000),
  hourlyFullSync: fc.boolean(),
  lag: fc.constantFrom(...LAGS),
  changesPerSecond: fc.constantFrom(0, 3),
  endpoints: fc.constantFrom(0, 2_000, 60_000),
  startedAt: fc.constantFrom(-1, -1, 1_500_000),
  crashAt: fc.constantFrom(Number.POSITIVE_INFINITY, 6_000_000),
  cuts: fc.array(fc.tuple(fc.integer({ min: 0, max: END }), fc.integer({ min: 1, max: 4_000_000 })), { maxLength: 3 }),
  closes: fc.constantFrom(false, false, false, true),
  queries: fc.array(fc.integer({ min: 0, max: END }), { maxLength: 40, size: "max" }),
  seed: fc.string({ minLength: 1, maxLength: 4 }),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function clusterOf(test: Case): TestCluster {
  const { seed, changesPerSecond, endpoints } = test;
  const cluster = new TestCluster({ seed, changesPerSecond, endpoints, services: 20 });
  const sorted = [...test.writes].sort((x, y) => x.at - y.at);
  for (const [number, write] of sorted.entries()) cluster.at(write.at, () => writeNow(cluster, write, number));
  return cluster;
}

function writeNow(cluster: TestCluster, { service: index, size }: Write, number: number): void {
  const name = `service-${index}`;
  const port = { name: "http", port: 80 + (number % 2), targetPort: 80, protocol: "TCP" } as const;
  if (size === 0) cluster.commit(service(name, 0x0a600000 + index, [port]));
  else
    cluster.commit(
      slice(
        name,
        Array.from({ length: size }, (_, i) => endpoint(16 * index + i + (number % 3))),
      ),
    );
}

function optionsOf(
  test: Case,
  cluster: TestCluster,
  session: CutSession,
  observer: SyncHistory | null,
): RuleReaderOptions {
  const { context, proxyLog } = cluster;
  const { leadingEdge, minInterval, hourlyFullSync, startedAt } = test;
  const mode = proxyModeNamed(test.mode);
  return {
    log: proxyLog,
    mode,
    runner: { leadingEdge, minInterval },
    syncPeriod: 3_000_000,
    fullSyncPeriod: mode.fullSyncPeriod({ ...behaviourOf(DEFAULT_MINOR), hourlyFullSync }),
    lag: deliveryLagOf(compile(test.lag)),
    keys: {
      services: context.key("a"),
      slices: context.key("b"),
      background: context.key("c"),
      duration: context.key("d"),
      phase: context.key("e"),
    },
    session,
    startedAt,
    observer,
  };
}

/** In the order in which they begin; one may prolong the one before, and the last one may have no end. */
function cutsOf({ cuts, closes }: Case): Cut[] {
  const ordered = [...cuts].sort(([x], [y]) => x - y);
  return ordered.map(([from, length], index) => ({
    from,
    until: closes && index === ordered.length - 1 ? Number.POSITIVE_INFINITY : from + length,
  }));
}

interface Answer {
  readonly at: number;
  readonly services: number;
  readonly slices: number;
  readonly validUntil: number;
}

/** Runs the lazy reader, asked at `queries`, and gives its answers and syncs. Each cut is decided just before it begins. */
function lazily(
  test: Case,
  queries: readonly number[],
): { cluster: TestCluster; answers: Answer[]; history: SyncHistory } {
  const cluster = clusterOf(test);
  const history = new SyncHistory();
  const answers: Answer[] = [];
  let reader: LazyRuleReader | null = null;
  const session = new CutSession();
  for (const cut of cutsOf(test)) cluster.at(cut.from - 1, () => session.cut(cut), Phase.crash);
  const create = (): void => {
    reader = new LazyRuleReader(optionsOf(test, cluster, session, history));
  };
  if (test.startedAt < 0) create();
  else cluster.at(test.startedAt, create, Phase.crash);
  const ask = (at: number): void => {
    if (reader === null) return;
    const { services, slices } = reader.cursorAt(at);
    answers.push({ at, services, slices, validUntil: reader.validUntil() });
  };
  for (const at of queries) cluster.at(at, () => ask(at), Phase.traffic);
  if (test.crashAt <= END) cluster.at(test.crashAt, () => reader?.crash(test.crashAt), Phase.crash);
  cluster.runTo(END);
  ask(END);
  return { cluster, answers, history };
}

/** Runs the reference, which knows all cuts from the start. */
function eagerly(test: Case, cluster: TestCluster): readonly SyncRecord[] {
  const simulation = new Simulation({ seed: test.seed, startAt: -1 });
  const eager = new EagerReader(
    new Context(simulation, "eager"),
    optionsOf(test, cluster, new CutSession(cutsOf(test)), null),
  );
  simulation.advance(Number.MAX_SAFE_INTEGER, Math.min(END, test.crashAt) + 1);
  return eager.records;
}

function inForce(records: readonly SyncRecord[], time: number): SyncRecord | undefined {
  return records.filter((record) => record.end <= time).at(-1);
}

describe("lazy rule reader", () => {
  it("syncs exactly when and what an eager reader syncs, whoever asks and when", () => {
    let syncs = 0;
    fc.assert(
      fc.property(cases, (test) => {
        const { cluster, answers, history } = lazily(test, test.queries);
        const records = eagerly(test, cluster);
        syncs += records.length;
        expect(history.records).toEqual(records);
        const initial = test.startedAt < 0;
        for (const answer of answers) {
          const record = inForce(records, answer.at);
          expect(answer.slices).toBe(record?.slices ?? (initial ? cluster.proxyLog.slices.countBefore(0) : 0));
          expect(answer.services).toBe(record?.services ?? (initial ? cluster.proxyLog.services.countBefore(0) : 0));
          expect(answer.validUntil).toBeGreaterThan(answer.at);
          // nothing came into force while the answer was said to hold
          expect(inForce(records, Math.min(END, answer.validUntil - 1))).toBe(record);
        }
      }),
      { seed: 20261122, numRuns: 400 },
    );
    expect(syncs).toBeGreaterThan(4_000);
  });

  it("gives the same sync times to a node that is asked often and to one that is asked at the end", () => {
    fc.assert(
      fc.property(cases, (test) => {
        expect(lazily(test, test.queries).history.records).toEqual(lazily(test, []).history.records);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it("follows the log at once before time zero", () => {
    const cluster = new TestCluster();
    const { reader } = cluster.kubeProxy(1);
    cluster.at(-500_000, () => cluster.commit(slice("web", [endpoint(1)])));
    cluster.runTo(-400_000);
    expect({ ...reader.cursorAt(-400_000) }).toEqual({ services: 0, slices: 1 });
    cluster.runTo(0);
    expect({ ...reader.cursorAt(0) }).toEqual({ services: 0, slices: 1 });
  });

  it("draws a node's lags by names: another node or Service changes nothing", () => {
    const syncsWith = (others: number): unknown => {
      const cluster = new TestCluster();
      const proxy = cluster.kubeProxy(1, { watchDelivery: { kind: "uniform", min: 0, max: 500_000 } });
      for (let n = 0; n < others; n++) cluster.kubeProxy(n + 2);
      cluster.at(-1, () => {
        for (let n = 0; n < others; n++) cluster.commit(slice(`other-${n}`, []));
      });
      cluster.at(2_000_000, () => cluster.commit(slice("web", [endpoint(1)])));
      cluster.runTo(5_000_000);
      proxy.reader.settle(5_000_000);
      return proxy.syncs.map(({ start, end }) => ({ start, end }));
    };
    expect(syncsWith(5)).toEqual(syncsWith(0));
  });

  it("says that an answer holds no longer than a cut may let it: one that is decided later spares a request its putting off", () => {
    const session = new CutSession();
    const cluster = new TestCluster();
    const { reader } = cluster.kubeProxy(1, {
      minor: 33,
      session,
      watchDelivery: { kind: "constant", value: 400_000 },
    });
    for (const at of [1_000_000, 1_450_000, 1_900_000])
      cluster.at(at, () => cluster.commit(slice("web", [endpoint(at % 7)])));
    cluster.runTo(2_290_000);
    expect(reader.cursorAt(2_290_000).slices).toBe(2);
    // the third change would come at 2.3 s, without a token; now it comes when there is one
    session.cut({ from: 2_295_000, until: 2_450_000 });
    cluster.runTo(2_600_000);
    expect(reader.validUntil()).toBeLessThan(2_500_000);
    expect(reader.cursorAt(2_600_000).slices).toBe(3);
  });
});
