import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { formatAddress, parseAddress, parseRange } from "../../src/model/address.js";
import type { Flow } from "../../src/model/flow.js";
import { OUTSIDE } from "../../src/model/topology.js";
import { Action, type Listener, type Verdict } from "../../src/model/verdict.js";
import { NEIGHBOUR_RESOLUTION, Network, newVerdict } from "../../src/network/network.js";
import {
  RULE_HOST,
  RULE_NO_ROUTE,
  RULE_NODE_DOWN,
  RULE_SERVICE,
  RULE_UNKNOWN_SERVICE,
} from "../../src/network/rule.js";
import { createTopology } from "../../src/network/topology.js";

const address = (text: string): number => parseAddress(text)!;
const LISTENER: Listener = { protocol: "TCP" };
const SERVICES = parseRange("10.96.0.0/16")!;
const POD = address("10.244.1.5");
const CLUSTER_IP = address("10.96.0.20");

const TOPOLOGY = createTopology(
  ["a", "a", "b"].map((zone, index) => ({ index, name: `node-${index}`, zone, pool: "node", address: index })),
  { sameNode: 20, sameZone: 50, crossZone: 500 },
);

function verdictOf(network: Network, change: Partial<Flow> = {}, now = 0): Verdict {
  const flow: Flow = {
    sourceNode: 0,
    sourceAddress: address("10.244.0.9"),
    destination: POD,
    port: 8080,
    protocol: "TCP",
    choice: 0.5,
    ...change,
  };
  const given = { ...flow };
  const verdict = newVerdict();
  network.connect(flow, verdict, now);
  expect(flow, "a walk changes nothing but the verdict").toEqual(given);
  return verdict;
}

/** A pod at POD on node 1 that listens on 8080. */
function networkWithPod(): { network: Network; host: ReturnType<Network["attach"]> } {
  const network = new Network(TOPOLOGY, SERVICES);
  const host = network.attach(POD, "default/web", 1);
  host.listen(8080, LISTENER);
  return { network, host };
}

describe("a pod", () => {
  test("is reached at its own address from any pod, without NAT", () => {
    const { network } = networkWithPod();
    expect([0, 1, 2].map((sourceNode) => verdictOf(network, { sourceNode }).oneWay)).toEqual([50, 20, 500]);
    expect(verdictOf(network)).toMatchObject({
      action: Action.deliver,
      rule: RULE_HOST,
      endpoint: POD,
      endpointPort: 8080,
      basis: null,
      believedPod: "",
      listener: LISTENER,
      host: { pod: "default/web", nodeIndex: 1 },
    });
  });

  test("that listens elsewhere refuses", () => {
    const { network, host } = networkWithPod();
    expect(verdictOf(network, { port: 80 })).toMatchObject({ action: Action.refuse, listener: null });
    expect(verdictOf(network, { protocol: "UDP" })).toMatchObject({ action: Action.refuse });
    host.close(8080, LISTENER, 5, 7);
    expect(verdictOf(network)).toMatchObject({ action: Action.refuse, host: { stopFact: 7 } });
    expect(host.stoppedAt).toBe(5);
    host.listen(8080, LISTENER);
    expect([host.stopFact, host.stoppedAt]).toEqual([-1, Number.NaN]);
  });

  test("has one listener a port, and closing another one's socket does nothing", () => {
    const { host } = networkWithPod();
    expect(() => host.listen(8080, { protocol: "TCP" })).toThrow("default/web already listens on 8080");
    host.listen(8080, { protocol: "UDP" });
    host.close(8080, { protocol: "TCP" }, 5, 7);
    expect(host.listenerAt(8080, "TCP")).toBe(LISTENER);
  });

  test("does not share its address", () => {
    const { network } = networkWithPod();
    expect(() => network.attach(POD, "default/other", 1)).toThrow("default/other cannot have an address");
    expect(network.holder(POD)?.pod).toBe("default/web");
  });

  test("that is gone is a black hole, then unreachable, until another one has its address", () => {
    const { network, host } = networkWithPod();
    network.detach(host, SECOND, 9 * SECOND);
    expect(network.holder(POD)).toBeNull();
    expect(verdictOf(network, {}, SECOND)).toMatchObject({ action: Action.blackHole, host, listener: null });
    expect(verdictOf(network, {}, 9 * SECOND - 1).action).toBe(Action.blackHole);
    expect(verdictOf(network, {}, 9 * SECOND)).toMatchObject({
      action: Action.unreachable,
      unreachableAfter: NEIGHBOUR_RESOLUTION,
    });
    const next = network.attach(POD, "default/next", 1);
    expect(verdictOf(network, {}, 10 * SECOND)).toMatchObject({ action: Action.refuse, host: next });
    // the first one's late removal does not take it away
    network.detach(host, 11 * SECOND, 12 * SECOND);
    expect(network.holder(POD)).toBe(next);
  });

  test("that never was is a black hole", () => {
    expect(verdictOf(new Network(TOPOLOGY, SERVICES))).toMatchObject({ action: Action.blackHole, host: null });
  });

  test("on a node without power is a black hole, also once its sandbox would be gone", () => {
    const { network } = networkWithPod();
    network.setNodeDown(1, 3);
    expect(network.nodeDownFact(1)).toBe(3);
    expect(network.nodeDownFact(0)).toBeNull();
    expect(verdictOf(network)).toMatchObject({ action: Action.blackHole, rule: RULE_NODE_DOWN, oneWay: 50 });
  });
});

describe("a ClusterIP", () => {
  const rules = {
    apply(_: Flow, verdict: Verdict): boolean {
      verdict.endpoint = POD;
      verdict.endpointPort = 8080;
      verdict.believedPod = "default/web";
      verdict.rule = RULE_SERVICE;
      return false;
    },
  };

  test("is rewritten by the rules of the client's node, and by no other's", () => {
    const { network } = networkWithPod();
    network.setServiceRules(0, rules);
    const flow = { destination: CLUSTER_IP, port: 80 };
    expect(verdictOf(network, flow)).toMatchObject({
      action: Action.deliver,
      endpoint: POD,
      endpointPort: 8080,
      believedPod: "default/web",
    });
    expect(verdictOf(network, { ...flow, sourceNode: 1 })).toMatchObject({
      action: Action.unknown,
      rule: RULE_UNKNOWN_SERVICE,
      host: null,
    });
    network.setServiceRules(0, null);
    expect(verdictOf(network, flow).action).toBe(Action.unknown);
  });

  test("is unreachable from outside the cluster", () => {
    const { network } = networkWithPod();
    network.setServiceRules(0, rules);
    const outside = { sourceNode: OUTSIDE, destination: CLUSTER_IP, port: 80 };
    expect(verdictOf(network, outside)).toMatchObject({ action: Action.unknown, rule: RULE_NO_ROUTE, host: null });
  });

  test("is nobody's address: the rules are not asked for others", () => {
    const { network } = networkWithPod();
    network.setServiceRules(0, {
      apply: () => {
        throw new Error(`asked for ${formatAddress(POD)}`);
      },
    });
    expect(verdictOf(network).action).toBe(Action.deliver);
  });
});

test("path rules come behind the service rules, in the order of their installation", () => {
  const { network } = networkWithPod();
  const seen: string[] = [];
  network.addRule({ apply: (_, { endpoint }) => seen.push(`first ${formatAddress(endpoint)}`) < 0 });
  network.addRule({
    apply(_, verdict) {
      seen.push("second");
      verdict.action = Action.blackHole;
      verdict.rule = "partition";
      return true;
    },
  });
  network.addRule({ apply: () => seen.push("third") < 0 });
  expect(verdictOf(network)).toMatchObject({ action: Action.blackHole, rule: "partition" });
  expect(seen).toEqual(["first 10.244.1.5", "second"]);
});

test("the topology knows nodes by name; what is outside is as far as another zone", () => {
  expect(["node-2", "node-9"].map((name) => TOPOLOGY.indexOf(name))).toEqual([2, OUTSIDE]);
  expect(TOPOLOGY.oneWay(OUTSIDE, 0)).toBe(500);
  expect(TOPOLOGY.oneWay(2, 0)).toBe(500);
});

describe("an address of a node itself", () => {
  const local = { destination: CLUSTER_IP, port: 53 };

  test("is reached from this node only, at its port only, before the rules of Services", () => {
    const { network } = networkWithPod();
    network.setServiceRules(0, { apply: () => true });
    const host = network.attachLocal(0, CLUSTER_IP, 53, "kube-system/cache");
    expect(verdictOf(network, local)).toMatchObject({ action: Action.refuse, rule: RULE_HOST, oneWay: 20 });
    host.listen(53, LISTENER);
    expect(verdictOf(network, local)).toMatchObject({
      action: Action.deliver,
      listener: LISTENER,
      endpoint: CLUSTER_IP,
    });
    for (const other of [{ port: 54 }, { sourceNode: 1 }, { sourceNode: OUTSIDE }]) {
      expect(verdictOf(network, { ...local, ...other })).toMatchObject({ action: Action.unknown, listener: null });
    }
  });

  test("may be another one on each node, and goes when it is taken away", () => {
    const { network } = networkWithPod();
    const hosts = [0, 1].map((node) => network.attachLocal(node, CLUSTER_IP, 53, `cache-${node}`));
    expect([0, 1].map((sourceNode) => verdictOf(network, { ...local, sourceNode }).host)).toEqual(hosts);
    network.detachLocal(hosts[0]!);
    network.detachLocal(hosts[0]!);
    expect([0, 1].map((sourceNode) => verdictOf(network, { ...local, sourceNode }).host)).toEqual([null, hosts[1]]);
  });
});
