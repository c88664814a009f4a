import { describe, expect, it } from "vitest";
import { SECOND } from "../../../src/engine/duration.js";
import { type Flow, type Hop, HopAction, type TrackedHop, type Translator } from "../../../src/model/flow.js";
import { newVerdict, nextHop, pathOf } from "../../../src/network/verdict.js";
import type { KubeProxy } from "../../../src/node/service-proxy/kube-proxy/kube-proxy.js";
import { CLUSTER_IP, endpoint, flowTo, HTTP, service, settled, slice, TestCluster } from "./cluster.js";
import { roundRobin } from "./round-robin.js";

/** The client's place with a flow that nobody has looked at. */
function hopOf(flow: Flow): Hop {
  return nextHop(newVerdict(), flow, flow.source);
}

function routed(rules: Translator, flow: Flow, now: number): Hop {
  const hop = hopOf(flow);
  rules.route(flow, 0, now, hop);
  return hop;
}

/** A node whose Service has two endpoints, and nothing else. */
function started(options: Parameters<TestCluster["kubeProxy"]>[1] = {}): { cluster: TestCluster; proxy: KubeProxy } {
  const cluster = new TestCluster();
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP, [HTTP, { ...HTTP, name: "dns", protocol: "UDP" }])));
  const ports = [
    { name: "http", port: 8080, protocol: "TCP" },
    { name: "dns", port: 8080, protocol: "UDP" },
  ] as const;
  cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1), endpoint(2)], "1", ports)));
  cluster.at(5 * SECOND, () => cluster.commit(slice("web", [endpoint(2)], "1", ports)));
  const proxy = cluster.kubeProxy(1, options);
  cluster.runTo(0);
  return { cluster, proxy };
}

describe("the rules of a node", () => {
  it("send a flow to a Service to one of its endpoints, and let others pass", () => {
    const { proxy } = started();
    expect(routed(proxy.rules, flowTo(CLUSTER_IP), 0)).toMatchObject({
      action: HopAction.translate,
      endpoint: 0x0a000002,
      endpointPort: 8080,
      believedPod: "default/pod-2",
      rule: "service",
      basis: { committedAt: -1 },
    });
    const elsewhere = flowTo(0x0a000001, 8080);
    expect(routed(proxy.rules, elsewhere, 0)).toEqual(hopOf(elsewhere));
  });

  it.each([
    ["iptables", HopAction.unknown, HopAction.unknown],
    ["nftables", HopAction.drop, HopAction.refuse],
  ])("of %s have an answer of their own for what they do not know", (mode, address, port) => {
    const { proxy } = started({ settings: { mode } });
    expect(routed(proxy.rules, flowTo(CLUSTER_IP + 1), 0)).toMatchObject({ action: address, basis: null });
    expect(routed(proxy.rules, flowTo(CLUSTER_IP, 81), 0)).toMatchObject({ action: port, rule: "service-unknown" });
  });

  it("refuse a flow to a Service without endpoints", () => {
    const { cluster, proxy } = started();
    cluster.at(10 * SECOND, () => cluster.commit(slice("web", []), true));
    cluster.runTo(20 * SECOND);
    const hop = routed(proxy.rules, flowTo(CLUSTER_IP), 20 * SECOND);
    expect(hop).toMatchObject({ action: HopAction.refuse, rule: "service-no-endpoints" });
    expect(hop.basis?.committedAt).toBe(10 * SECOND);
  });

  it("say when the syncs of the node have deleted an entry of a UDP flow; a TCP flow stays where it is", () => {
    const { cluster, proxy } = started();
    const entries = (["UDP", "TCP"] as const).map((protocol): TrackedHop => {
      const flow: Flow = { ...flowTo(CLUSTER_IP, 80, 0), protocol };
      const verdict = newVerdict();
      proxy.rules.route(flow, 0, 0, nextHop(verdict, flow, flow.source));
      return pathOf(flow, verdict, 0)[0]!;
    });
    const at = (time: number) => {
      settled(cluster, proxy, time);
      return entries.map((entry) => proxy.rules.established(entry, time));
    };
    expect(at(4 * SECOND)).toEqual(["keep", "keep"]);
    const [udp, tcp] = entries.map((entry) => proxy.rules.validUntil(entry));
    expect(udp).toBeGreaterThan(4 * SECOND);
    expect(udp).toBeLessThanOrEqual(5 * SECOND);
    expect(tcp).toBe(Number.POSITIVE_INFINITY);
    expect(at(8 * SECOND)).toEqual(["moved", "keep"]);
  });
});

describe("rules with a choice that remembers", () => {
  it("change nothing when they are asked, and go on when a flow is committed", () => {
    const { proxy } = started({ mode: roundRobin });
    const flow = flowTo(CLUSTER_IP);
    const podNow = (): string => routed(proxy.rules, flow, 0).believedPod;
    expect([podNow(), podNow(), podNow()]).toEqual(Array(3).fill("default/pod-1"));
    proxy.rules.committed(flow, routed(proxy.rules, flow, 0), 0);
    expect([podNow(), podNow()]).toEqual(Array(2).fill("default/pod-2"));
    // another port has a turn of its own, and what passes takes none
    const datagram: Flow = { ...flow, protocol: "UDP" };
    expect(routed(proxy.rules, datagram, 0).believedPod).toBe("default/pod-1");
    proxy.rules.committed(flow, hopOf(flow), 0);
    expect(podNow()).toBe("default/pod-2");
  });

  it("keep their turn when the endpoints change", () => {
    const { cluster, proxy } = started({ mode: roundRobin });
    const flow = flowTo(CLUSTER_IP);
    proxy.rules.committed(flow, routed(proxy.rules, flow, 0), 0);
    cluster.at(6 * SECOND, () => cluster.commit(slice("web", [endpoint(4), endpoint(5), endpoint(6)])));
    cluster.runTo(20 * SECOND);
    expect(routed(proxy.rules, flow, 20 * SECOND).believedPod).toBe("default/pod-5");
  });
});
