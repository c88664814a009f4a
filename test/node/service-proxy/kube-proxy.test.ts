import { describe, expect, it } from "vitest";
import { compile } from "../../../src/engine/distribution.js";
import { SECOND } from "../../../src/engine/duration.js";
import { bits } from "../../../src/engine/random.js";
import { FactKind } from "../../../src/model/trace.js";
import { Action } from "../../../src/model/verdict.js";
import { DeliveryLag } from "../../../src/node/service-proxy/delivery-lag.js";
import { CLUSTER_IP, endpoint, flowTo, HTTP, service, slice, TestCluster, verdictOf } from "./cluster.js";

function webCluster(options: ConstructorParameters<typeof TestCluster>[0] = {}): TestCluster {
  const cluster = new TestCluster(options);
  cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP)));
  cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1), endpoint(2)])));
  return cluster;
}

describe("basis of a verdict", () => {
  it("names the write, its commit and the sync that programmed it; one object for all requests", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    let fact = -1;
    cluster.at(2 * SECOND, () => {
      fact = cluster.commit(slice("web", [endpoint(2)]));
    });
    cluster.runTo(10 * SECOND);
    const { basis } = verdictOf(proxy, flowTo(CLUSTER_IP), 10 * SECOND);
    const expected = {
      source: "rules",
      holder: "node-1",
      fact,
      committedAt: 2 * SECOND,
      syncedAt: proxy.syncs[0]?.end,
    };
    expect(basis).toEqual(expected);
    cluster.runTo(20 * SECOND);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 20 * SECOND).basis).toBe(basis);
  });

  it("is the same whether the node was asked before or not", () => {
    const asked = (times: readonly number[]): unknown => {
      const cluster = webCluster({ changesPerSecond: 2 });
      const proxy = cluster.kubeProxy(1);
      for (let n = 1; n < 20; n++) cluster.at(n * SECOND, () => cluster.commit(slice("web", [endpoint(n % 7)])));
      for (const time of times) {
        cluster.runTo(time);
        verdictOf(proxy, flowTo(CLUSTER_IP), time);
      }
      cluster.runTo(30 * SECOND);
      return verdictOf(proxy, flowTo(CLUSTER_IP), 30 * SECOND).basis;
    };
    expect(asked([100, 3_333_333, 17_000_000])).toEqual(asked([]));
  });

  it("of the state at time zero is the rebased fact", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    cluster.runTo(-1);
    verdictOf(proxy, flowTo(CLUSTER_IP), -1);
    cluster.runTo(0);
    const fact = cluster.context.record(FactKind.initial, "EndpointSlice/default/web-1");
    cluster.log.rebase("EndpointSlice", "default/web-1", fact);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 0).basis).toEqual({
      source: "rules",
      holder: "node-1",
      fact,
      committedAt: -1,
      syncedAt: -1,
    });
  });
});

describe("a node's rules", () => {
  it("change at the end of the sync and not before", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    const witness = cluster.kubeProxy(1);
    cluster.at(2 * SECOND, () => cluster.commit(slice("web", [])));
    cluster.runTo(5 * SECOND);
    witness.reader.settle(5 * SECOND);
    const end = witness.syncs[0]?.end ?? Number.NaN;
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), end - 1).ended).toBe(false);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), end).action).toBe(Action.refuse);
  });

  it("resolve named target ports by the slice's ports", () => {
    const cluster = new TestCluster();
    const proxy = cluster.kubeProxy(1);
    const metrics = { name: "metrics", port: 9000, targetPort: "metrics", protocol: "TCP" } as const;
    cluster.at(-1, () => cluster.commit(service("web", CLUSTER_IP, [HTTP, metrics])));
    const ports = [
      { name: "http", port: 8080, protocol: "TCP" },
      { name: "metrics", port: 9100, protocol: "TCP" },
    ] as const;
    cluster.at(-1, () => cluster.commit(slice("web", [endpoint(1)], "1", ports)));
    cluster.at(-1, () =>
      cluster.commit(slice("web", [endpoint(2)], "2", [{ name: "http", port: 8081, protocol: "TCP" }])),
    );
    cluster.runTo(0);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP, 9000, 0.9), 0)).toMatchObject({ endpointPort: 9100 });
    expect(verdictOf(proxy, flowTo(CLUSTER_IP, 80, 0.9), 0)).toMatchObject({ endpointPort: 8081 });
    expect(cluster.proxyLog.slices.total.at(-1)).toBe(3);
  });

  it("share the endpoints of a snapshot with all nodes", () => {
    const cluster = webCluster();
    cluster.runTo(0);
    const [snapshot] = cluster.proxyLog.snapshots("default/web");
    const usableFrom = (node: number): unknown => snapshot?.usable("http", "TCP", { name: `node-${node}`, zone: null });
    expect(usableFrom(1)).toBe(usableFrom(2));
    expect(snapshot?.endpoints("http", "TCP").map(({ text }) => text)).toEqual(["10.0.0.1:8080", "10.0.0.2:8080"]);
  });

  it("follow a ClusterIP to the Service that has it now", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    cluster.at(SECOND, () => cluster.commit(service("web", CLUSTER_IP), true));
    cluster.at(9 * SECOND, () => cluster.commit(service("other", CLUSTER_IP)));
    cluster.at(9 * SECOND, () => cluster.commit(slice("other", [endpoint(9)])));
    cluster.runTo(5 * SECOND);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 5 * SECOND).action).toBe(Action.unknown);
    cluster.runTo(12 * SECOND);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 12 * SECOND).believedPod).toBe("default/pod-9");
  });

  it("stay in the kernel as they are when kube-proxy crashes, and a running sync leaves no trace", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    cluster.at(2 * SECOND, () => cluster.commit(slice("web", [endpoint(5)])));
    cluster.at(6 * SECOND, () => cluster.commit(slice("web", [])));
    cluster.runTo(6_020_000);
    proxy.crash(6_020_000);
    cluster.runTo(60 * SECOND);
    proxy.reader.settle(60 * SECOND);
    expect(verdictOf(proxy, flowTo(CLUSTER_IP), 60 * SECOND).believedPod).toBe("default/pod-5");
    expect(proxy.syncs).toHaveLength(1);
    expect(proxy.reader.validUntil()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("reports", () => {
  it("tell which snapshots a node had in force and since when", () => {
    const cluster = webCluster();
    const proxy = cluster.kubeProxy(1);
    for (const time of [2_000_000, 2_500_000, 2_600_000]) {
      cluster.at(time, () => cluster.commit(slice("web", [endpoint(time / 100_000)])));
    }
    cluster.runTo(10 * SECOND);
    proxy.reader.settle(10 * SECOND);
    const [first, second] = proxy.syncs;
    const [initial, one, , three] = cluster.proxyLog.snapshots("default/web");
    expect(proxy.appliedSnapshots("default/web")).toEqual([
      { at: -1, snapshot: initial },
      { at: first?.end, snapshot: one },
      { at: second?.end, snapshot: three },
    ]);
  });
});

describe("DeliveryLag", () => {
  it("answers `within` exactly as the inverse transform does", () => {
    const key = new TestCluster().context.key("lag");
    const lag = new DeliveryLag(compile({ kind: "lognormal", median: 15_000, p99: 200_000 }));
    for (let n = 0; n < 5_000; n++) {
      const draw = bits(key, n);
      const exact = lag.of(draw);
      expect([lag.within(draw, exact - 1), lag.within(draw, exact)]).toEqual([false, true]);
    }
  });
});

describe("background changes", () => {
  it("are a Poisson process from time zero on that nobody's looking changes", () => {
    const looked = new TestCluster({ changesPerSecond: 5 });
    looked.proxyLog.extendTo(-1);
    expect(looked.proxyLog.slices.length).toBe(0);
    for (let time = 0; time <= 400 * SECOND; time += 777_777) looked.proxyLog.extendTo(time);
    looked.proxyLog.extendTo(400 * SECOND);
    const late = new TestCluster({ changesPerSecond: 5 });
    late.proxyLog.extendTo(400 * SECOND);
    expect(late.proxyLog.slices.committedAt).toEqual(looked.proxyLog.slices.committedAt);
    // 2,000 ± 4 standard deviations
    expect(Math.abs(late.proxyLog.slices.length - 2_000)).toBeLessThan(179);
    expect(late.simulation.pendingControl).toBe(0);
  });
});
