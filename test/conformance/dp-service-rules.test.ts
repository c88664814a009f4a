/** DP statements about what the rules of a node make of a new connection to a Service address. */
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { uniform } from "../../src/engine/random.js";
import { formatAddress } from "../../src/model/address.js";
import { READY_ELSE_LEAVING, usedEndpoints } from "../../src/model/endpoint-use.js";
import type { Endpoint } from "../../src/model/objects.js";
import { Action } from "../../src/model/verdict.js";
import { Network } from "../../src/network/network.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE, RULE_UNKNOWN_SERVICE } from "../../src/network/rule.js";
import { createTopology } from "../../src/network/topology.js";
import { newVerdict } from "../../src/network/verdict.js";
import type { KubeProxy } from "../../src/node/service-proxy/kube-proxy/kube-proxy.js";
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

const MODES = ["iptables", "nftables"] as const;
const NOT_SERVING = { ready: false, serving: false, terminating: true };

/** Nodes in a cluster whose Service "web" has these endpoints since before time zero. */
function clusterWith(
  endpoints: readonly Endpoint[],
  mode: (typeof MODES)[number],
): { cluster: TestCluster; proxy: KubeProxy; other: KubeProxy } {
  const cluster = new TestCluster();
  const proxy = cluster.kubeProxy(1, { settings: { mode } });
  const other = cluster.kubeProxy(2, { settings: { mode } });
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
  cluster.at(-1, () => cluster.commit(slice("web", endpoints)));
  cluster.runTo(0);
  return { cluster, proxy, other };
}

function podsChosen(proxy: KubeProxy): Set<string> {
  return new Set(
    Array.from({ length: 100 }, (_, n) => verdictOf(proxy, flowTo(CLUSTER_IP, 80, (n + 0.5) / 100), 0).believedPod),
  );
}

describe.each(MODES)("service rules (%s)", (mode) => {
  it("DP-13 the choice is uniform over the usable endpoints, by connection and not by node", () => {
    const pods = Array.from({ length: 12 }, (_, n) => endpoint(n + 1));
    const { cluster, proxy, other } = clusterWith(pods, mode);
    const key = cluster.simulation.random.key("client", "choice");
    const counts = new Map<string, number>();
    const draws = 24_000;
    for (let n = 0; n < draws; n++) {
      const flow = flowTo(CLUSTER_IP, 80, uniform(key, n));
      const { believedPod } = verdictOf(proxy, flow, 0);
      counts.set(believedPod, (counts.get(believedPod) ?? 0) + 1);
      expect(verdictOf(other, flow, 0).believedPod).toBe(believedPod);
    }
    expect(counts.size).toBe(12);
    const expected = draws / 12;
    let chiSquared = 0;
    for (const count of counts.values()) chiSquared += (count - expected) ** 2 / expected;
    // 11 degrees of freedom, one in a thousand
    expect(chiSquared).toBeLessThan(31.26);
    expect(chiSquared).toBeGreaterThan(1.83);
  });

  it("DP-13 endpoints stand in the order of their text", () => {
    const pods = [1, 2, 3, 10, 11, 20].map((n) => endpoint(n));
    const { proxy } = clusterWith(pods, mode);
    const inOrder = pods.map((_, n) =>
      formatAddress(verdictOf(proxy, flowTo(CLUSTER_IP, 80, n / 6 + 0.01), 0).endpoint),
    );
    expect(inOrder).toEqual(["10.0.0.10", "10.0.0.11", "10.0.0.1", "10.0.0.20", "10.0.0.2", "10.0.0.3"]);
  });

  it("DP-15 without a usable endpoint a connection is refused at once, on the client's own node", () => {
    const { cluster, proxy } = clusterWith([endpoint(1, { ready: false }), endpoint(2, NOT_SERVING)], mode);
    const nodes = [0, 1].map((index) => ({ index, name: `node-${index}`, zone: "a", pool: "", address: index }));
    const topology = createTopology(nodes, { sameNode: 20, sameZone: 50, crossZone: 500 });
    const network = new Network(topology);
    const source = topology.nodes[1]!;
    source.translator = proxy.rules;
    const verdict = newVerdict();
    network.connect({ ...flowTo(CLUSTER_IP), source }, verdict, 0);
    expect(verdict).toMatchObject({ action: Action.refuse, rule: RULE_NO_ENDPOINTS, oneWay: 20, believedPod: "" });
    cluster.at(SECOND, () => cluster.commit(slice("web", [endpoint(1)])));
    cluster.runTo(3 * SECOND);
    network.connect({ ...flowTo(CLUSTER_IP), source }, verdict, 3 * SECOND);
    expect(verdict).toMatchObject({ rule: "host", believedPod: "default/pod-1", endpointPort: 8080 });
  });

  it("DP-16 an unknown address or port: iptables falls through; nftables drops the address and rejects the port", () => {
    const { proxy } = clusterWith([endpoint(1)], mode);
    const expected = mode === "iptables" ? [Action.unknown, Action.unknown] : [Action.blackHole, Action.refuse];
    const verdicts = [flowTo(CLUSTER_IP + 1), flowTo(CLUSTER_IP, 81)].map((flow) => verdictOf(proxy, flow, 0));
    expect(verdicts.map(({ action }) => action)).toEqual(expected);
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ ended: true, rule: RULE_UNKNOWN_SERVICE, basis: null });
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 0)).toMatchObject({ ended: false, rule: RULE_SERVICE });
  });

  it("DP-17 new connections go to terminating pods only when no pod is ready, and never to one that does not serve", () => {
    const mixed = [endpoint(1), endpoint(2, TERMINATING), endpoint(3, NOT_SERVING)];
    expect(podsChosen(clusterWith(mixed, mode).proxy)).toEqual(new Set(["default/pod-1"]));
    const terminating = [
      endpoint(1, TERMINATING),
      endpoint(2, TERMINATING),
      endpoint(3, NOT_SERVING),
      endpoint(4, { ready: false }),
    ];
    expect(podsChosen(clusterWith(terminating, mode).proxy)).toEqual(new Set(["default/pod-1", "default/pod-2"]));
    const dead = clusterWith([endpoint(3, NOT_SERVING)], mode).proxy;
    expect(verdictOf(dead, flowTo(CLUSTER_IP), 0).action).toBe(Action.refuse);
  });
});

describe("CategorizeEndpoints", () => {
  const condition = (ready: boolean, serving: boolean, terminating: boolean) => ({
    nodeName: "",
    ready,
    serving,
    terminating,
  });
  const ready = condition(true, true, false);
  const leaving = condition(false, true, true);
  const left = condition(false, false, true);
  const unready = condition(false, false, false);
  it.each([
    { given: [], usable: [] },
    { given: [ready, ready], usable: [ready, ready] },
    { given: [leaving, ready, unready], usable: [ready] },
    { given: [leaving, left, unready, leaving], usable: [leaving, leaving] },
    { given: [left, unready], usable: [] },
    // serving but neither ready nor terminating: a state that the API does not produce
    { given: [condition(false, true, false)], usable: [] },
  ])("DP-17 table: $given", ({ given, usable }) => {
    const frozen = Object.freeze([...given]);
    expect(usedEndpoints(READY_ELSE_LEAVING, frozen)).toEqual(usable);
  });
});
