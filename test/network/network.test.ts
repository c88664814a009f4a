import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { formatAddress, parseAddress, parseRange } from "../../src/model/address.js";
import { type Flow, HopAction } from "../../src/model/flow.js";
import { Action, type Listener, type Verdict } from "../../src/model/verdict.js";
import { Network } from "../../src/network/network.js";
import { OutsideTranslator } from "../../src/network/outside-translator.js";
import type { NodePlace } from "../../src/network/place.js";
import {
  RULE_HOST,
  RULE_NO_ROUTE,
  RULE_NODE_DOWN,
  RULE_SERVICE,
  RULE_UNKNOWN_SERVICE,
} from "../../src/network/rule.js";
import { createTopology } from "../../src/network/topology.js";
import { newVerdict } from "../../src/network/verdict.js";
import { NEIGHBOUR_RESOLUTION } from "../../src/network/walk.js";
import { buildBasis } from "../support/basis.js";
import { serviceTranslator, translateTo } from "../support/translator.js";

const address = (text: string): number => parseAddress(text)!;
const LISTENER: Listener = { protocol: "TCP", speaks: "http" };
const SERVICES = parseRange("10.96.0.0/16")!;
const POD = address("10.244.1.5");
const CLUSTER_IP = address("10.96.0.20");

/** Three nodes, of which the first two share a zone; outside no Service is known. */
function newNetwork(): Network {
  const topology = createTopology(
    ["a", "a", "b"].map((zone, index) => ({ index, name: `node-${index}`, zone, pool: "node", address: index })),
    { sameNode: 20, sameZone: 50, crossZone: 500 },
  );
  topology.outside.translator = new OutsideTranslator(SERVICES);
  return new Network(topology);
}

function node(network: Network, index: number): NodePlace {
  return network.topology.nodes[index]!;
}

function verdictOf(network: Network, change: Partial<Flow> = {}, now = 0): Verdict {
  const flow: Flow = {
    source: node(network, 0),
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
  const network = newNetwork();
  const host = network.attach(POD, "default/web", node(network, 1));
  host.listen(8080, LISTENER);
  return { network, host };
}

describe("a pod", () => {
  test("is reached at its own address from any pod, without NAT", () => {
    const { network } = networkWithPod();
    expect(network.topology.nodes.map((source) => verdictOf(network, { source }).oneWay)).toEqual([50, 20, 500]);
    expect(verdictOf(network)).toMatchObject({
      action: Action.deliver,
      rule: RULE_HOST,
      endpoint: POD,
      endpointPort: 8080,
      basis: null,
      believedPod: "",
      listener: LISTENER,
      host: { pod: "default/web", place: node(network, 1) },
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
    expect(() => host.listen(8080, { protocol: "TCP", speaks: "http" })).toThrow("default/web already listens on 8080");
    host.listen(8080, { protocol: "UDP", speaks: "dns" });
    host.close(8080, { protocol: "TCP", speaks: "http" }, 5, 7);
    expect(host.listenerAt(8080, "TCP")).toBe(LISTENER);
  });

  test("does not share its address", () => {
    const { network } = networkWithPod();
    expect(() => network.attach(POD, "default/other", node(network, 1))).toThrow(
      "default/other cannot have an address",
    );
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
    const next = network.attach(POD, "default/next", node(network, 1));
    expect(verdictOf(network, {}, 10 * SECOND)).toMatchObject({ action: Action.refuse, host: next });
    // the first one's late removal does not take it away
    network.detach(host, 11 * SECOND, 12 * SECOND);
    expect(network.holder(POD)).toBe(next);
  });

  test("that never was is a black hole", () => {
    expect(verdictOf(newNetwork())).toMatchObject({ action: Action.blackHole, host: null });
  });

  test("on a node without power is a black hole, also once its sandbox would be gone", () => {
    const { network } = networkWithPod();
    node(network, 1).downFact = 3;
    expect(node(network, 0).downFact).toBeNull();
    expect(verdictOf(network)).toMatchObject({
      action: Action.blackHole,
      rule: RULE_NODE_DOWN,
      ruleFact: 3,
      oneWay: 50,
    });
  });
});

/** Rules that know one Service, at CLUSTER_IP:80. */
const RULES = serviceTranslator(({ destination, port }, hop) => {
  hop.action = HopAction.unknown;
  hop.rule = RULE_UNKNOWN_SERVICE;
  if (destination !== CLUSTER_IP || port !== 80) return;
  translateTo(hop, { endpoint: POD, endpointPort: 8080, believedPod: "default/web", rule: RULE_SERVICE });
});

describe("a ClusterIP", () => {
  const flow = { destination: CLUSTER_IP, port: 80 };

  test("is rewritten by the rules of the client's node, and by no other's", () => {
    const { network } = networkWithPod();
    node(network, 0).translator = RULES;
    node(network, 1).translator = serviceTranslator((_, hop) => {
      hop.action = HopAction.unknown;
      hop.rule = RULE_UNKNOWN_SERVICE;
    });
    expect(verdictOf(network, flow)).toMatchObject({
      action: Action.deliver,
      endpoint: POD,
      endpointPort: 8080,
      believedPod: "default/web",
    });
    expect(verdictOf(network, { ...flow, source: node(network, 1) })).toMatchObject({
      action: Action.unknown,
      rule: RULE_UNKNOWN_SERVICE,
      host: null,
    });
  });

  test("is nobody's address where no rules are: the packet is lost", () => {
    const { network } = networkWithPod();
    expect(verdictOf(network, flow)).toMatchObject({ action: Action.blackHole, rule: RULE_HOST, host: null });
  });

  test("is unreachable from outside the cluster", () => {
    const { network } = networkWithPod();
    node(network, 0).translator = RULES;
    const outside = { ...flow, source: network.topology.outside };
    expect(verdictOf(network, outside)).toMatchObject({ action: Action.unknown, rule: RULE_NO_ROUTE, host: null });
  });

  test.each([
    ["refuse", HopAction.refuse, Action.refuse],
    ["drop", HopAction.drop, Action.blackHole],
    ["unknown", HopAction.unknown, Action.unknown],
  ])("that the rules %s ends at the client's node", (_, action, expected) => {
    const { network } = networkWithPod();
    const basis = buildBasis();
    node(network, 0).translator = serviceTranslator((_, hop) => Object.assign(hop, { action, rule: "why", basis }));
    expect(verdictOf(network, flow)).toMatchObject({ action: expected, rule: "why", basis, oneWay: 20, host: null });
  });
});

test("path rules come behind the service rules, in the order of their installation", () => {
  const { network } = networkWithPod();
  const seen: string[] = [];
  network.addRule({ apply: (_, __, { endpoint }) => seen.push(`first ${formatAddress(endpoint)}`) < 0 });
  network.addRule({
    apply(_, __, verdict) {
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
  const { nodes, outside, indexOf } = newNetwork().topology;
  expect(["node-2", "node-9"].map((name) => indexOf(name))).toEqual([2, -1]);
  expect([outside.latencyTo(nodes[0]!), nodes[0]!.latencyTo(outside), nodes[2]!.latencyTo(nodes[0]!)]).toEqual([
    500, 500, 500,
  ]);
  expect(outside.latencyTo(outside)).toBe(20);
});

describe("an address of a node itself", () => {
  const local = { destination: CLUSTER_IP, port: 53 };

  test("is reached from this node only, at its port only, before the rules of Services", () => {
    const { network } = networkWithPod();
    for (const each of network.topology.nodes) each.translator = RULES;
    const host = network.attachLocal(node(network, 0), CLUSTER_IP, 53, "kube-system/cache");
    expect(verdictOf(network, local)).toMatchObject({ action: Action.refuse, rule: RULE_HOST, oneWay: 20 });
    host.listen(53, LISTENER);
    expect(verdictOf(network, local)).toMatchObject({
      action: Action.deliver,
      listener: LISTENER,
      endpoint: CLUSTER_IP,
    });
    const { outside } = network.topology;
    for (const other of [{ port: 54 }, { source: node(network, 1) }, { source: outside }]) {
      expect(verdictOf(network, { ...local, ...other })).toMatchObject({ action: Action.unknown, listener: null });
    }
  });

  test("may be another one on each node, and goes when it is taken away", () => {
    const { network } = networkWithPod();
    const sources = [0, 1].map((index) => node(network, index));
    const hosts = sources.map((source) => network.attachLocal(source, CLUSTER_IP, 53, `cache-${source.index}`));
    expect(sources.map((source) => verdictOf(network, { ...local, source }).host)).toEqual(hosts);
    network.detachLocal(hosts[0]!);
    network.detachLocal(hosts[0]!);
    expect(sources.map((source) => verdictOf(network, { ...local, source }).host)).toEqual([null, hosts[1]]);
  });
});
