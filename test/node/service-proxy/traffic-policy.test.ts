import { describe, expect, it } from "vitest";
import type { EndpointSnapshot } from "../../../src/node/service-proxy/endpoint-snapshot.js";
import type { ClientPlace } from "../../../src/node/service-proxy/traffic-policy.js";
import { endpoint, slice, TestCluster } from "./cluster.js";
import { LocalPolicy } from "./local-policy.js";

function snapshot(): EndpointSnapshot {
  const cluster = new TestCluster();
  const endpoints = [1, 2, 3].map((pod) => ({ ...endpoint(pod), nodeName: `node-${pod % 2}` }));
  cluster.at(-1, () => cluster.commit(slice("web", endpoints)));
  cluster.runTo(0);
  return cluster.proxyLog.snapshots("default/web")[0]!;
}

const at = (name: string): ClientPlace => ({ name, zone: null });

describe("usable endpoints", () => {
  it("are the same from everywhere by the Cluster policy, and worked out once", () => {
    const shot = snapshot();
    const everywhere = ["node-0", "node-1", "outside"].map((name) => shot.usable("http", "TCP", at(name)));
    expect(new Set(everywhere).size).toBe(1);
    expect(everywhere[0]).toHaveLength(3);
  });

  it("depend on the place by another policy, which is asked once for each class of places", () => {
    const shot = snapshot();
    const local = new LocalPolicy(["node-0", "node-1"]);
    const podsFrom = (name: string): string[] => shot.usable("http", "TCP", at(name), local).map(({ pod }) => pod);
    expect(podsFrom("node-0")).toEqual(["default/pod-2"]);
    expect(podsFrom("node-1")).toEqual(["default/pod-1", "default/pod-3"]);
    expect([podsFrom("node-7"), podsFrom("outside"), podsFrom("node-1")].map(({ length }) => length)).toEqual([
      0, 0, 2,
    ]);
    expect(local.asked).toBe(3);
    expect(shot.usable("http", "TCP", at("node-0"))).toHaveLength(3);
  });
});
