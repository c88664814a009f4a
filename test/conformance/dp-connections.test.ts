/** DP statements about one connection on its way: SYNs, dead addresses, addresses that were given away. */

import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { HopAction, type Translator } from "../../src/model/flow.js";
import { FactKind } from "../../src/model/trace.js";
import { RULE_SERVICE, RULE_UNKNOWN_SERVICE } from "../../src/network/rule.js";
import { nextSyn } from "../../src/network/syn.js";
import {
  CLUSTER_IP,
  endpoint,
  flowTo,
  service,
  slice,
  TERMINATING,
  TestCluster,
  verdictOf,
} from "../node/service-proxy/cluster.js";
import { buildBasis } from "../support/basis.js";
import { csvText, csvTexts, open, run, shippedText } from "../support/open.js";
import { serviceTranslator, translateTo } from "../support/translator.js";
import { address, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "../traffic/harness.js";

const SERVICE = address("10.96.0.20");
const TO_SERVICE = {
  known: { address: SERVICE, port: 80, believedPod: "" },
  to: { kind: "address", text: "", address: SERVICE, port: 80 },
} as const;
const PATIENT = { connectTimeout: 300 * SECOND, requestTimeout: 300 * SECOND };
const BASIS = buildBasis({ fact: 1 });
const A = "10.244.1.5";
const B = "10.244.1.6";

/** Rules that send new connections to the address that `choose` names at that time; null: there are no rules. */
function rules(choose: (now: number) => string | null): Translator {
  return serviceTranslator((_, hop, now) => {
    const chosen = choose(now);
    hop.rule = RULE_UNKNOWN_SERVICE;
    hop.action = HopAction.unknown;
    if (chosen === null) return;
    translateTo(hop, {
      endpoint: address(chosen),
      endpointPort: 8080,
      believedPod: chosen === A ? "default/a" : "default/b",
      basis: BASIS,
      rule: RULE_SERVICE,
    });
  });
}

/** All times at which a SYN is sent, and the time of the error, in seconds. */
function schedule(linearTimeouts: number): number[] {
  const times = [0];
  for (let elapsed = 0; ; ) {
    const next = nextSyn(elapsed, linearTimeouts);
    if (next === null) return times;
    times.push(next.at / SECOND);
    elapsed = next.at;
  }
}

describe("SYNs", () => {
  it("DP-26 are sent again to the same endpoint; only a new connection chooses anew", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rules((now) => (now < SECOND ? A : B));
    harness.server("b", B);
    harness.send({ ...TO_SERVICE, client: PATIENT });
    harness.at(4 * SECOND, () => harness.server("a", A));
    harness.run(6 * SECOND);
    const [first, second] = [0, 1].map((id) => harness.ended.find((each) => each.id === id));
    expect(first).toMatchObject({ holder: "default/a", latency: 4 * SECOND + 4 * SAME_ZONE + SERVICE_TIME });
    expect(second).toMatchObject({ holder: "default/b", latency: 4 * SAME_ZONE + SERVICE_TIME });
  });

  it("DP-26 find an endpoint that has appeared when no rule had rewritten the first one", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rules((now) => (now < 3 * SECOND ? null : B));
    harness.server("b", B);
    harness.send({ ...TO_SERVICE, client: PATIENT });
    harness.run(5 * SECOND);
    expect(harness.ended.find(({ id }) => id === 0)).toMatchObject({
      holder: "default/b",
      latency: 3 * SECOND + 4 * SAME_ZONE + SERVICE_TIME,
    });
  });

  it("DP-27 are sent at 0, 1, 3, 7, 15, 31, 63 s and fail at 127 s without linear timeouts", () => {
    expect(schedule(0)).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
  });

  it("DP-27 are sent at 0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s and fail at 131 s with four linear timeouts", () => {
    expect(schedule(4)).toEqual([0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131]);
  });

  it.each([
    [0, 127],
    [4, 131],
  ])("DP-27 end a connection: with %i linear timeouts after %i s", (synLinearTimeouts, seconds) => {
    const harness = new TrafficHarness();
    harness.send({ client: { ...PATIENT, synLinearTimeouts } });
    harness.run(135 * SECOND);
    expect(harness.ended[0]).toMatchObject({ outcome: "connect-timeout", latency: seconds * SECOND });
  });
});

describe("a dead endpoint", () => {
  /** One connection at 0.5 s to a server to which `change` has happened at 0.1 s. */
  function outcomeAfter(change: (harness: TrafficHarness, server: ReturnType<TrafficHarness["server"]>) => void) {
    const harness = new TrafficHarness();
    const server = harness.server("web", A);
    harness.send({ client: PATIENT });
    harness.at(100_000, () => change(harness, server));
    harness.run(140 * SECOND);
    return harness.ended.find(({ id }) => id === 0);
  }
  const removed = (neighbourLives: number) => (harness: TrafficHarness, server: { kill(): void }) => {
    server.kill();
    const now = harness.simulation.now;
    harness.network.detach(harness.network.holder(address(A))!, now, now + neighbourLives);
  };

  it("DP-28 resets at once while its network namespace lives", () => {
    expect(outcomeAfter((_, server) => server.kill())).toMatchObject({ outcome: "refused", latency: 2 * SAME_ZONE });
  });

  it("DP-28 is unreachable 3.06 s after the first SYN that finds no valid neighbour entry", () => {
    expect(outcomeAfter(removed(0))).toMatchObject({ outcome: "unreachable", latency: 3_060_000 });
  });

  it("DP-28 is a black hole as long as the neighbour entry lives", () => {
    // SYNs at 0.5, 1.5, …, 5.5, 7.5 and 11.5 s; the entry ends at 8.1 s
    expect(outcomeAfter(removed(8 * SECOND))).toMatchObject({
      outcome: "unreachable",
      latency: 11 * SECOND + 3_060_000,
    });
  });

  it("DP-28 on a dead node is a black hole for ever", () => {
    const dead = outcomeAfter((harness, server) => {
      const fact = harness.context.record(FactKind.nodeCrashed, "Node/node-1");
      harness.node(1).downFact = fact;
      server.powerOff(fact);
    });
    expect(dead).toMatchObject({ outcome: "connect-timeout", cause: "node-down", latency: 131 * SECOND });
  });
});

describe("an address that was given to another pod", () => {
  it.each(["iptables", "nftables"] as const)(
    "DP-37 means its Ready pod while the old one is Terminating (%s)",
    (mode) => {
      for (const order of [0, 1]) {
        const cluster = new TestCluster();
        const proxy = cluster.kubeProxy(1, { settings: { mode } });
        const old = { ...endpoint(1, TERMINATING), pod: "old" };
        const fresh = { ...endpoint(1), pod: "fresh" };
        const slices = [slice("web", [old], "1"), slice("web", [fresh], "2")];
        cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
        for (const each of order === 0 ? slices : slices.toReversed()) cluster.at(-1, () => cluster.commit(each));
        cluster.runTo(0);
        expect(verdictOf(proxy, flowTo(CLUSTER_IP), 0)).toMatchObject({ ended: false, believedPod: "default/fresh" });
      }
    },
  );

  it("DP-38 is an outcome of its own, not a success", () => {
    const harness = new TrafficHarness();
    harness.node(0).translator = rules(() => A);
    const server = harness.server("a", A);
    harness.send(TO_SERVICE);
    harness.at(SECOND, () => {
      server.kill();
      harness.network.detach(harness.network.holder(address(A))!, SECOND, SECOND);
      harness.server("other", A);
    });
    harness.run(2 * SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", cause: "", believedPod: "default/a", holder: "default/a" },
      { outcome: "wrong-pod", cause: "ip-reused", believedPod: "default/a", holder: "default/other" },
    ]);
  });

  it("DP-38 is counted in a run in which a node's addresses are used a second time", () => {
    // 253 addresses of one node: two waves of 140 fillers reach the address of the database that was deleted
    const record = run(
      open(`apiVersion: kubechurn/v1alpha1
kind: Scenario
spec:
  duration: 100s
  cluster: {nodePools: [{name: node, count: 1, capacity: {cpu: "64", memory: 64Gi, pods: "250"}}]}
  traffic:
    - {to: {podOf: {kind: Deployment, name: database}, port: 8080}, rps: 10}
  churn:
    - {at: 1s, delete-pod: database}
    - {at: 2s, scale: filler, replicas: 140}
    - {at: 30s, scale: filler, replicas: 0}
    - {at: 60s, scale: filler, replicas: 140}
${["database", "filler"].map(deployment).join("")}`),
    );
    const counted = record.totals.outcomes.find(({ outcome }) => outcome === "wrong-pod")?.count ?? 0;
    expect(counted).toBeGreaterThan(50);
    // whoever meets the new holder before it listens is refused, for the same cause
    const reused = record.failures.filter(({ cause }) => cause === "ip-reused");
    expect(new Set(reused.map(({ outcome }) => outcome))).toEqual(new Set(["wrong-pod", "refused"]));
    const wrong = reused.filter(({ outcome }) => outcome === "wrong-pod");
    expect(wrong.reduce((sum, { count }) => sum + count, 0)).toBe(counted);
    expect(record.totals.ok).toBeLessThan(20);
    const rows = record.requests.filter(({ outcome }) => outcome === "wrong-pod");
    expect(rows.every(({ endpointPod }) => endpointPod.startsWith("default/filler-"))).toBe(true);
    expect(csvText(record, "failures.csv")).toContain(",wrong-pod,ip-reused,");
  });
});

function deployment(name: string): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 1
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: main, ports: [{containerPort: 8080}]}]
`;
}

it("DP-40 the same seed and scenario give identical CSV texts, another seed does not", () => {
  const set = ["duration=30s", "sampling.requests=all"];
  const texts = ["1", "1", "2"].map((seed) => csvTexts(run(open(shippedText("rolling-update"), { seed, set }))));
  expect(texts[1]).toEqual(texts[0]);
  expect(texts[2]?.["requests.csv"]).not.toBe(texts[0]?.["requests.csv"]);
});

describe("the end of a pod under traffic", () => {
  const lost = (sleep: number, watch: string): { failed: number; minSlack: number; sleepToSigterm: number[] } => {
    const hook = "lifecycle: {preStop: {sleep: {seconds: 5}}}";
    const text = shippedText("rolling-update-prestop");
    const record = run(
      open(text.replace(hook, sleep === 0 ? "" : hook.replace("5", String(sleep))), {
        set: ["duration=45s", `cluster.latency.watchDelivery=${watch}`],
      }),
    );
    const started = new Map(
      record.events.filter(({ kind }) => kind === "termination-started").map(({ object, t }) => [object, t]),
    );
    const sleepToSigterm = record.events
      .filter(({ kind, object }) => kind === "sigterm-sent" && object.includes("/web-"))
      .map(({ object, t }) => t - (started.get(object) ?? Number.NaN));
    return { failed: record.totals.failed, minSlack: record.minSlack, sleepToSigterm };
  };

  it("CP-40 SIGTERM does not wait for endpoints to spread: without preStop requests reach closed ports, with a preStop beyond the slowest node none does", () => {
    const none = lost(0, "15ms");
    const slow = lost(0, "2s");
    expect([...none.sleepToSigterm, ...slow.sleepToSigterm].every((delay) => delay === 0)).toBe(true);
    expect(none.failed).toBeGreaterThan(0);
    expect(slow.failed).toBeGreaterThan(none.failed);
    const needed = Math.ceil(-slow.minSlack / SECOND);
    // another sleep makes another rollout: two seconds more are for the waits of its syncs
    expect(lost(needed + 2, "2s")).toMatchObject({ failed: 0 });
    const half = lost(Math.floor(needed / 2), "2s");
    expect(half.failed).toBeGreaterThan(0);
    expect(half.sleepToSigterm.every((delay) => delay === Math.floor(needed / 2) * SECOND)).toBe(true);
  });
});
