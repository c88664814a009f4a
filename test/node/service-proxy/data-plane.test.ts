import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { Action } from "../../../src/model/verdict.js";
import { Network } from "../../../src/network/network.js";
import { createTopology } from "../../../src/network/topology.js";
import { newVerdict } from "../../../src/network/verdict.js";
import type { ServiceDataPlane } from "../../../src/node/service-proxy/data-plane.js";
import { CLUSTER_IP, endpoint, flowTo, service, slice, TestCluster } from "./cluster.js";
import { SocketBalancer } from "./socket-balancer.js";

const NODES = [1, 2].map((index) => ({
  index: index - 1,
  name: `node-${index}`,
  zone: "a",
  pool: "node",
  address: index,
}));

/** Two nodes, each with a data plane of its own, before a Service whose endpoint is pod 1 and from 2 s on pod 2. */
function started(make: (cluster: TestCluster, node: number) => ServiceDataPlane) {
  const cluster = new TestCluster();
  const topology = createTopology(NODES, { sameNode: 1, sameZone: 1, crossZone: 1 });
  const network = new Network(topology);
  const planes = [1, 2].map((node) => make(cluster, node));
  for (const [index, plane] of planes.entries()) topology.nodes[index]!.translator = plane.rules;
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
  cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1)])));
  cluster.at(2 * SECOND, () => cluster.commit(slice("web", [endpoint(2)])));
  const podFrom = (node: number, time: number): string => {
    cluster.runTo(time);
    const verdict = newVerdict();
    network.connect({ ...flowTo(CLUSTER_IP), source: topology.nodes[node - 1]! }, verdict, time);
    expect(verdict.action).toBe(Action.blackHole);
    return verdict.believedPod;
  };
  return { cluster, planes, podFrom };
}

const kinds: readonly (readonly [string, Parameters<typeof started>[0]])[] = [
  ["kube-proxy", (cluster, node) => cluster.kubeProxy(node)],
  ["socket-balancer", (cluster, node) => new SocketBalancer(`node-${node}`, cluster.proxyLog)],
];

describe.each(kinds)("a node's data plane: %s", (component, make) => {
  it("translates flows to a Service, for its own node", () => {
    const { planes, podFrom } = started(make);
    expect([podFrom(1, SECOND), podFrom(2, SECOND)]).toEqual(["default/pod-1", "default/pod-1"]);
    expect([podFrom(1, 9 * SECOND), podFrom(2, 9 * SECOND)]).toEqual(["default/pod-2", "default/pod-2"]);
    expect(planes.map((plane) => plane.component)).toEqual([component, component]);
  });

  it("leaves its rules behind when its process ends, and goes on when the next one starts", () => {
    const { cluster, planes, podFrom } = started(make);
    cluster.at(SECOND, () => planes[0]!.crash(SECOND));
    expect([podFrom(1, 9 * SECOND), podFrom(2, 9 * SECOND)]).toEqual(["default/pod-1", "default/pod-2"]);
    expect(planes.map(({ running }) => running)).toEqual([false, true]);
    planes[0]!.start(9 * SECOND);
    expect([podFrom(1, 19 * SECOND), planes[0]!.running]).toEqual(["default/pod-2", true]);
  });

  it("tells what it has believed of a Service, and when it had each write", () => {
    const { cluster, planes } = started(make);
    cluster.runTo(9 * SECOND);
    const { observer, beliefs, changes } = planes[1]!.observation("default/web", 9 * SECOND)!;
    expect(observer).toEqual({ kind: "node", name: "node-2" });
    expect(beliefs.map(({ used, unused }) => [used, unused])).toEqual([
      [["default/pod-1"], []],
      [["default/pod-2"], ["default/pod-1"]],
    ]);
    const [change] = changes;
    expect([changes.length, change!.committedAt]).toEqual([1, 2 * SECOND]);
    expect(change!.appliedAt).toBeGreaterThanOrEqual(2 * SECOND);
    expect(planes[1]!.observation("default/nobody", 9 * SECOND)).toBe(null);
  });
});

it("a data plane without syncs applies a write at the instant of its commit", () => {
  const { podFrom } = started((cluster, node) => new SocketBalancer(`node-${node}`, cluster.proxyLog));
  expect([podFrom(1, 2 * SECOND - 1), podFrom(1, 2 * SECOND)]).toEqual(["default/pod-1", "default/pod-2"]);
});
