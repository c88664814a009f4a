import { describe, expect, it, vi } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { nftables } from "../../src/node/service-proxy/kube-proxy/modes/nftables.js";
import { assumed } from "../../src/scenario/assumptions.js";
import { load, objects, service } from "./resolve-fixtures.js";

describe("the cluster", () => {
  it.each<readonly [unknown, readonly string[]]>([
    [
      { podCIDR: "10.96.0.0/16" },
      [
        "error: spec.cluster.serviceCIDR: 10.96.0.0/12 overlaps the podCIDR 10.96.0.0/16 (pods, Services and nodes need ranges of their own)",
      ],
    ],
    [
      { podCIDR: "10.244.0.1/16" },
      ['error: spec.cluster.podCIDR: "10.244.0.1/16" is no IPv4 range (for instance "10.244.0.0/16")'],
    ],
    [
      { podCIDR: "10.244.0.0/23" },
      ["error: spec.cluster.podCIDR: 10.244.0.0/23 is too small: 3 nodes need a /24 each, and it holds 2"],
    ],
    [{ nodeCIDR: "192.168.0.0/30" }, ["error: spec.cluster.nodeCIDR: 192.168.0.0/30 is too small for 3 nodes"]],
    [
      { serviceCIDR: "10.96.0.0/29" },
      ["error: spec.cluster.serviceCIDR: 10.96.0.0/29 is too small: kube-dns has its tenth address"],
    ],
    [
      { nodePools: [{}, {}] },
      ["error: spec.cluster.nodePools[1].name: there are two pools called node (give each a name)"],
    ],
    [
      { components: { controllerManager: { args: ["--node-monitor-grace-period=soon"] } } },
      [
        "error: spec.cluster.components.controllerManager.args[0]: --node-monitor-grace-period needs a duration above 0 (for instance --node-monitor-grace-period=50s)",
      ],
    ],
  ])("%j", (cluster, expected) => {
    expect(load({ cluster }).texts).toEqual(expected);
  });

  it.each([
    [
      "10.96.0.0",
      "the clusterIP 10.96.0.0 is no address for Services in 10.96.0.0/12 (change it, or cluster.serviceCIDR of the scenario)",
    ],
    ["10.96.0.1", "the clusterIP 10.96.0.1 belongs to the API server"],
    ["10.96.0.10", "the clusterIP 10.96.0.10 belongs to kube-dns"],
  ])("a Service at %s", (clusterIP, message) => {
    const given = objects({ services: [service("web", "default", { clusterIP })] });
    expect(load({}, given).texts).toEqual([`error: spec.clusterIP: ${message}`]);
  });

  it.each([
    ["1.31", 40, false],
    ["1.32", 50, true],
  ])("Kubernetes %s: grace of %i s", (kubernetesVersion, grace, skips) => {
    const cluster = load({ kubernetesVersion }).scenario?.cluster;
    expect(cluster?.nodeMonitorGrace).toBe(grace * SECOND);
    expect(cluster?.coreDns.options?.cacheSkipsCluster).toBe(skips);
  });

  it("DP-41: a minSyncPeriod of 0s means 1s, in each mode", () => {
    const periods = ["iptables", "nftables"].map((mode) => {
      const { scenario } = load({ cluster: { components: { kubeProxy: { mode, minSyncPeriod: "0s" } } } });
      return scenario?.cluster.kubeProxy.minSyncPeriod;
    });
    expect(periods).toEqual([SECOND, SECOND]);
  });

  it("the least time between syncs of a mode that has another one than iptables is its own", () => {
    const minSyncPeriod = vi.spyOn(nftables, "minSyncPeriod").mockImplementation((given) => given);
    const periods = ["iptables", "nftables"].map((mode) => {
      const { scenario } = load({ cluster: { components: { kubeProxy: { mode } } } });
      return scenario?.cluster.kubeProxy.minSyncPeriod;
    });
    minSyncPeriod.mockRestore();
    expect(periods).toEqual([SECOND, 0]);
    expect(assumed("cluster.components.kubeProxy.minSyncPeriod")).toBe("1s");
  });

  it("the scenario is stronger than a KubeProxyConfiguration", () => {
    const kubeProxy = { mode: "nftables", minSyncPeriod: 2 * SECOND, syncPeriod: null } as const;
    const spec = { cluster: { components: { kubeProxy: { minSyncPeriod: "3s" } } } };
    expect(load(spec, objects(), { kubeProxy }).scenario?.cluster.kubeProxy).toEqual({
      mode: "nftables",
      minSyncPeriod: 3 * SECOND,
      syncPeriod: 30 * SECOND,
      udpConntrack: "reconciler",
    });
  });
});

describe("the range of Services", () => {
  const rangeOf = (...addresses: string[]) => {
    const services = addresses.map((each, index) => service(`s${index}`, "default", { clusterIP: each }));
    const { scenario, texts } = load({}, objects({ services }));
    return { range: scenario?.cluster.serviceRange.text, said: texts };
  };

  it.each([
    [[], "10.96.0.0/12"],
    [["10.100.5.5"], "10.96.0.0/12"],
    [["172.20.5.5"], "172.20.0.0/16"],
    [["10.43.0.7", "10.43.200.1"], "10.43.0.0/16"],
    [["100.64.3.4", "100.70.1.1"], "100.64.0.0/13"],
    [["34.118.224.17"], "34.118.0.0/16"],
  ])("with %j is %s", (addresses, range) => {
    expect(rangeOf(...addresses).range).toBe(range);
  });

  it("is not that of the pods, and no range holds what lies too far apart", () => {
    expect(rangeOf("10.244.3.3").said.join()).toContain("overlaps the podCIDR");
    expect(rangeOf("10.97.0.1", "172.20.5.5").said.join()).toContain("is no address for Services in 10.96.0.0/12");
  });

  it("is what the scenario says, where it says it", () => {
    const services = [service("web", "default", { clusterIP: "172.20.5.5" })];
    const { texts } = load({ cluster: { serviceCIDR: "10.0.0.0/16" } }, objects({ services }));
    expect(texts.join()).toContain("the clusterIP 172.20.5.5 is no address for Services in 10.0.0.0/16");
  });
});

describe("workloads", () => {
  it("fall back to the entry without a selector, images to their entry", () => {
    const { scenario } = load({
      workloads: [
        { serviceTime: "1ms", onSigterm: "exit" },
        {
          selector: { kind: "Deployment", name: "web" },
          listenAfter: "7s",
          images: { "web:v2": { onSigterm: "ignore" } },
        },
      ],
    });
    const [entry] = scenario?.workloads ?? [];
    expect(scenario?.defaultWorkload).toMatchObject({ onSigterm: "exit", serviceTime: { value: 1000 } });
    expect(entry?.settings).toMatchObject({ onSigterm: "exit", listenAfter: { value: 7 * SECOND } });
    expect(entry?.images["web:v2"]).toMatchObject({ onSigterm: "ignore", listenAfter: { value: 7 * SECOND } });
  });

  it.each<readonly [unknown, readonly string[]]>([
    [[{}, {}], ["error: spec.workloads[1]: a second entry without a selector (only one can be about all other pods)"]],
    [
      [{ images: { a: {} } }],
      ["error: spec.workloads[0].images: images need a selector (add the selector of their workload)"],
    ],
    [
      [{ selector: { kind: "Deployment", name: "wep" } }],
      ["error: spec.workloads[0].selector: there is no Deployment wep (did you mean web?)"],
    ],
    [
      [{ selector: { matchLabels: { app: "x" } } }],
      [
        "warning: spec.workloads[0].selector: no pod of the namespace default has these labels (the entry has no effect)",
      ],
    ],
  ])("%j", (workloads, expected) => {
    expect(load({ workloads }).texts).toEqual(expected);
  });
});

it.each<readonly [unknown, readonly string[]]>([
  [
    { duration: "30s", warmup: "30s" },
    ["error: spec.duration: the warm-up 30s leaves nothing of the duration 30s (the duration includes the warm-up)"],
  ],
  [{ duration: "0s" }, ["error: spec.duration: must be above 0"]],
  [{ sampling: { timelineInterval: "0s" } }, ["error: spec.sampling.timelineInterval: must be above 0"]],
])("times: %j", (spec, expected) => {
  expect(load(spec).texts).toEqual(expected);
});
