import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { Action } from "../../../src/model/verdict.js";
import { newVerdict, nextHop } from "../../../src/network/verdict.js";
import type { EndpointChoice } from "../../../src/node/service-proxy/endpoint-choice.js";
import { PROXY_MODES, proxyModeNamed } from "../../../src/node/service-proxy/kube-proxy/modes/modes.js";
import { CLUSTER_IP, endpoint, flowTo, service, settled, slice, TestCluster, verdictOf } from "./cluster.js";
import { roundRobin } from "./round-robin.js";
import { withAffinity } from "./with-affinity.js";

const LOADS = [false, true].flatMap((full) =>
  [0, 10, 50_000].map((endpoints) => ({
    full,
    saveDue: full,
    services: endpoints,
    endpoints,
    changedServices: 1,
    changedEndpoints: endpoints,
  })),
);

describe.each(PROXY_MODES)("mode $name", (mode) => {
  it("is found by its name", () => {
    expect(proxyModeNamed(mode.name)).toBe(mode);
  });

  it("has no sync that costs less than its least cost, and none that changes its load", () => {
    for (const load of LOADS) {
      const before = { ...load };
      expect(mode.cost(load)).toBeGreaterThanOrEqual(mode.leastCost);
      expect(load).toEqual(before);
    }
  });

  it("keeps a given minSyncPeriod", () => {
    expect(mode.minSyncPeriod(300_000)).toBe(300_000);
  });
});

it("iptables: listing the kernel's rules costs a partial sync 6.5 µs a rule, two rules a Service and three an endpoint", () => {
  const { cost } = proxyModeNamed("iptables");
  const load = { full: false, services: 100, endpoints: 1_000, changedServices: 1, changedEndpoints: 2 };
  expect(cost({ ...load, saveDue: true }) - cost({ ...load, saveDue: false })).toBeCloseTo(6.5 * 3_200, 6);
});

it("a mode that there is not is a programming error", () => {
  expect(() => proxyModeNamed("userspace")).toThrow("kube-proxy has no mode userspace");
});

describe("another mode", () => {
  const start = (): { cluster: TestCluster; proxy: ReturnType<TestCluster["kubeProxy"]> } => {
    const cluster = new TestCluster();
    cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
    cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1), endpoint(2)])));
    return { cluster, proxy: cluster.kubeProxy(1, { mode: roundRobin }) };
  };

  it("decides what a sync costs and when the next one may start", () => {
    const { cluster, proxy } = start();
    for (const time of [2, 2.5]) cluster.at(time * SECOND, () => cluster.commit(slice("web", [endpoint(time * 2)])));
    const [first, second] = settled(cluster, proxy, 9 * SECOND).syncs;
    expect(first!.end - first!.start).toBeGreaterThan(900);
    expect(first!.end - first!.start).toBeLessThan(1_100);
    expect(second!.start).toBe(first!.end + 2 * SECOND);
  });

  it("decides what becomes of an address that the node does not know", () => {
    const { cluster, proxy } = start();
    cluster.runTo(0);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP + 1), 0)).toMatchObject({ ended: true, action: Action.refuse });
  });
});

it("a choice may wrap the mode's: a client stays with its endpoint, and takes no turn meanwhile", () => {
  const cluster = new TestCluster();
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
  cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1), endpoint(2), endpoint(3)])));
  const choice = (): EndpointChoice => withAffinity(roundRobin.choice(), 10 * SECOND);
  const proxy = cluster.kubeProxy(1, { mode: { ...roundRobin, choice } });
  const connect = (seconds: number, client: number): number => {
    const now = seconds * SECOND;
    cluster.runTo(now);
    const flow = { ...flowTo(CLUSTER_IP), sourceAddress: client };
    // asking changes nothing
    const asked = verdictOf(proxy, flow, now).endpoint;
    const hop = nextHop(newVerdict(), flow, flow.source);
    proxy.rules.route(flow, 0, now, hop);
    expect(hop.endpoint).toBe(asked);
    proxy.rules.committed(flow, hop, now);
    return hop.endpoint - 0x0a000000;
  };
  expect([connect(0, 7), connect(1, 8), connect(2, 7), connect(3, 9), connect(11, 7)]).toEqual([1, 2, 1, 3, 1]);
  expect([connect(12, 8), connect(21, 7)]).toEqual([1, 2]);
  cluster.at(22 * SECOND, () => cluster.commit(slice("web", [endpoint(1), endpoint(3)])));
  expect(connect(26, 7)).toBe(3);
});
