/**
 * The preStop sleep that a run asks for, where somebody between the client and the pods keeps addresses. How much one run
 * needs depends on when the address was kept; no run needs more than the longest belief, and with that none loses any.
 */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { formatObserver } from "../../src/model/observation.js";
import type { RunRecord } from "../../src/model/result.js";
import { open, run } from "../support/open.js";

interface Setting {
  /** Of the traffic entry. */
  readonly client?: string;
  readonly version?: string;
  readonly sleep: number;
  readonly seed?: number;
}

/** A rollout of two pods behind a headless Service. */
function rollout({ client = "{}", version = "1.36", sleep, seed = 3 }: Setting): RunRecord {
  const hook = sleep === 0 ? "" : `lifecycle: {preStop: {sleep: {seconds: ${sleep}}}}, `;
  const text = `
apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: kept}
spec:
  seed: ${seed}
  duration: ${100 + 2 * sleep}s
  kubernetesVersion: "${version}"
  sampling: {requests: none}
  traffic: [{to: "http://web:8080/", rps: 40, client: ${client}}]
  churn: [{at: 10s, rollout: web}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 8080}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: ${sleep + 30}
      containers: [{name: web, image: web, ${hook}ports: [{containerPort: 8080}], readinessProbe: {periodSeconds: 1, tcpSocket: {port: 8080}}}]
`;
  return run(open(text));
}

function lostToOldAnswers({ totals }: RunRecord): number {
  return totals.causes.find(({ cause }) => cause === "stale-dns-answer")?.count ?? 0;
}

/** Who was the last to send to an ended pod. */
function last({ terminations }: RunRecord): string {
  const slacks = terminations.filter(({ slack }) => Number.isFinite(slack)).sort((x, y) => x.slack - y.slack);
  return formatObserver(slacks[0]?.observer ?? { kind: "api", name: "" });
}

const SEEDS = [3, 4, 5, 6];

/** kubeadm's Corefile up to 1.31 has the cluster's names in the cache of 30 s. */
const CACHING = "1.31";

describe("the sleep that a run asks for", () => {
  const CASES: readonly (readonly [name: string, setting: Omit<Setting, "sleep">, kind: string, longest: number])[] = [
    ["30 s in a JVM", { client: "{dns: {cache: {type: jvm}}}" }, "client-cache", 30],
    ["15 s by nginx", { client: "{dns: {cache: {type: nginx, valid: 15s}}}" }, "client-cache", 15],
    ["5 s by Envoy, which asks by itself", { client: "{dns: {cache: {type: envoy}}}" }, "client-cache", 5],
    ["an answer that CoreDNS keeps", { version: CACHING }, "dns-cache", 30],
    [
      "an answer that CoreDNS keeps, then a JVM",
      { client: "{dns: {cache: {type: jvm}}}", version: CACHING },
      "client-cache",
      60,
    ],
  ];
  test.each(CASES)("outlasts %s", (_, setting, kind, longest) => {
    // round robin spares the clients of some runs
    const losing = SEEDS.map((seed) => rollout({ ...setting, sleep: 0, seed })).filter(
      (record) => lostToOldAnswers(record) > 0,
    );
    const [without] = losing;
    if (without === undefined) throw new Error("no run lost any");
    expect(last(without)).toMatch(new RegExp(`^${kind}/`));
    expect(without.endless).toEqual([]);
    // and what passes until the API's word has come to whoever keeps it
    const sleep = longest + 2;
    expect(without.requiredPreStop).toBeGreaterThan(3 * SECOND);
    expect(without.requiredPreStop).toBeLessThanOrEqual(sleep * SECOND);
    for (const seed of SEEDS) {
      const covered = rollout({ ...setting, sleep, seed });
      expect(covered.terminations.length).toBeGreaterThan(0);
      expect(lostToOldAnswers(covered)).toBe(0);
      expect(covered.minSlack).toBeGreaterThan(0);
    }
    // with a third of it, it is too short for some
    const short = Math.floor(sleep / 3);
    const lost = SEEDS.map((seed) => lostToOldAnswers(rollout({ ...setting, sleep: short, seed })));
    expect(Math.max(...lost)).toBeGreaterThan(0);
  });

  test.each([
    ["nginx with a literal name", "{dns: {cache: {type: nginx}}}"],
    ["a JVM with ttl forever", "{dns: {cache: {type: jvm, ttl: forever}}}"],
    ["HAProxy without resolvers", "{dns: {cache: {type: haproxy, valid: forever}}}"],
  ])("is none at all where %s keeps addresses for ever", (_, client) => {
    for (const sleep of [0, 40]) {
      const { requiredPreStop, endless } = rollout({ client, sleep });
      expect(requiredPreStop).toBe(Number.POSITIVE_INFINITY);
      expect(new Set(endless.map(({ kind }) => kind))).toEqual(new Set(["client-cache"]));
    }
  });

  test("leaves connections out that the server closes itself", () => {
    const held = rollout({ client: "{connection: {reuse: hold}}", sleep: 0 });
    expect(held.terminations.some(({ observer }) => observer.kind === "connection")).toBe(true);
    expect(held.heldToTheEnd).toEqual([]);
    expect(held.requiredPreStop).toBeLessThan(2 * SECOND);
  });
});
