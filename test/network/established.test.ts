import { describe, expect, test } from "vitest";
import { HopAction, type TrackedHop } from "../../src/model/flow.js";
import { Action, type Verdict } from "../../src/model/verdict.js";
import { RULE_ESTABLISHED, RULE_HOST } from "../../src/network/rule.js";
import { newVerdict, pathOf } from "../../src/network/verdict.js";
import { BalancedCluster, LISTENER, NODE_PORT, POD, TO_BALANCER, TO_NODE, VIRTUAL } from "./balancer.js";

/** A cluster, and a connection through its balancer and node-0 that is kept. */
function connected(): { cluster: BalancedCluster; path: TrackedHop[] } {
  const cluster = new BalancedCluster();
  const flow = cluster.flow();
  const verdict = newVerdict();
  cluster.network.connect(flow, verdict, 5);
  return { cluster, path: pathOf(flow, verdict, 5) };
}

function follow(cluster: BalancedCluster, path: readonly TrackedHop[]): Verdict & { kept: boolean } {
  const verdict = newVerdict();
  const kept = cluster.network.follow(cluster.flow(), path, verdict, 9);
  return { ...verdict, kept };
}

describe("the path of a connection", () => {
  test("says where a packet came to each place, and when", () => {
    const { cluster, path } = connected();
    const [node] = cluster.nodes;
    expect(path).toMatchObject([
      { place: cluster.client, action: HopAction.pass, destination: VIRTUAL, port: 443 },
      { place: cluster.balancer, destination: VIRTUAL, port: 443, endpoint: node!.address, endpointPort: NODE_PORT },
      { place: node, destination: node!.address, port: NODE_PORT, endpoint: POD, endpointPort: 8080 },
    ]);
    for (const hop of path) expect(hop).toMatchObject({ createdAt: 5, checkedAt: 5, checkedUntil: 5, protocol: "TCP" });
  });

  test("is followed by its later packets, whatever new connections are told", () => {
    const { cluster, path } = connected();
    const later = follow(cluster, path);
    expect(later).toMatchObject({ kept: true, action: Action.deliver, listener: LISTENER, believedPod: "default/web" });
    expect(later.via.map(({ place }) => place.name)).toEqual(["client", "balancer", "node-0"]);
    expect(cluster.turns.turn).toBe(1);
    expect(cluster.turns.asked).toEqual([path[1]]);
  });

  test("is the same after an answer: the verdict that it was kept out of is filled in again", () => {
    const { cluster, path } = connected();
    const before = structuredClone(path.map(({ endpoint, endpointPort }) => [endpoint, endpointPort]));
    follow(cluster, path);
    cluster.network.connect(cluster.flow({ port: 80 }), newVerdict(), 6);
    expect(path.map(({ endpoint, endpointPort }) => [endpoint, endpointPort])).toEqual(before);
  });
});

describe("a place that has forgotten a connection", () => {
  test("resets it", () => {
    const { cluster, path } = connected();
    cluster.rules[0]!.answer = "rst";
    expect(follow(cluster, path)).toMatchObject({
      kept: true,
      action: Action.refuse,
      rule: RULE_ESTABLISHED,
      legs: 3,
      oneWay: TO_BALANCER + TO_NODE,
    });
  });

  test("loses it", () => {
    const { cluster, path } = connected();
    cluster.turns.answer = "drop";
    expect(follow(cluster, path)).toMatchObject({
      kept: true,
      action: Action.blackHole,
      rule: RULE_ESTABLISHED,
      legs: 2,
    });
  });

  test("routes its packets as if they began a flow, from there on", () => {
    const { cluster, path } = connected();
    cluster.turns.answer = "moved";
    const moved = follow(cluster, path);
    expect(moved).toMatchObject({ kept: false, action: Action.deliver });
    expect(moved.via.map(({ place }) => place.name)).toEqual(["client", "balancer", "node-1"]);
    expect(cluster.turns.turn).toBe(2);
  });

  test("behind one that has not: the turn of that one is not taken", () => {
    const { cluster, path } = connected();
    cluster.rules[0]!.answer = "moved";
    const moved = follow(cluster, path);
    expect(moved.kept).toBe(false);
    expect(moved.via.map(({ place }) => place.name)).toEqual(["client", "balancer", "node-0"]);
    expect(cluster.turns.turn).toBe(1);
  });
});

describe("an address that has moved", () => {
  test("to another place: it knows nothing of the connection", () => {
    const { cluster, path } = connected();
    cluster.network.assign(VIRTUAL, cluster.nodes[1]!);
    expect(follow(cluster, path)).toMatchObject({ kept: false, action: Action.refuse, rule: RULE_HOST, legs: 2 });
    expect(cluster.turns.asked).toEqual([]);
  });

  test("to a host: the path ends there", () => {
    const { cluster, path } = connected();
    const pod = cluster.network.attach(VIRTUAL, "default/other", cluster.nodes[1]!);
    expect(follow(cluster, path)).toMatchObject({ kept: true, action: Action.refuse, host: pod, legs: 1 });
  });
});
