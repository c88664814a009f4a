import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { workloadNoun } from "../../src/model/workload.js";
import { deployment, load, objects } from "./resolve-fixtures.js";

const COREDNS = { kind: "workload", workload: { kind: "Deployment", namespace: "kube-system", name: "coredns" } };
const ALL = { mode: "all", value: 0 };
const ONE = { mode: "one", value: 0 };
const onNodes = (component: string, stop: "graceful" | "kill", changes: object): object => ({
  kind: "component",
  component,
  stop,
  nodes: { name: "", zone: "", hosting: null, selection: ONE, ...changes },
});
const ALL_COREDNS = { kind: "component", component: "coredns", stop: "graceful", nodes: null };

/** Resolved, and once more from what was written out. */
function churn(...entries: readonly unknown[]): unknown {
  const { scenario, resolved, texts } = load({ churn: entries });
  expect(texts).toEqual([]);
  const again = load(resolved).scenario;
  expect(again?.churn).toEqual(scenario?.churn);
  return scenario?.churn;
}

describe("churn of the cluster's DNS", () => {
  it("rolls, scales and deletes CoreDNS, which no manifest defines", () => {
    expect(
      churn(
        { rollout: "coredns" },
        { scale: { name: "coredns", namespace: "kube-system" }, replicas: 5 },
        { "delete-pod": "coredns" },
        { "delete-pod": { pods: { selector: { matchLabels: { "k8s-app": "kube-dns" }, namespace: "kube-system" } } } },
        { "crash-container": "coredns", container: "coredns" },
      ),
    ).toMatchObject([
      { name: "rollout-coredns", target: COREDNS },
      { target: COREDNS, parameters: { replicas: 5 } },
      { target: { kind: "pods", selector: { namespace: "kube-system", matchLabels: { "k8s-app": "kube-dns" } } } },
      { target: { kind: "pods" } },
      { parameters: { container: "coredns" } },
    ]);
  });

  it("prefers a Deployment of the manifests, and knows coredns in kube-system only", () => {
    const given = objects({ deployments: [deployment("coredns")] });
    expect(load({ churn: [{ rollout: "coredns" }] }, given).scenario?.churn[0]?.target).toEqual({
      kind: "workload",
      workload: { ...COREDNS.workload, namespace: "default" },
    });
    const { scenario, texts } = load({ churn: [{ rollout: { name: "coredns", namespace: "default" } }] });
    expect(scenario).toBe(null);
    expect(texts).toEqual([
      `error: spec.churn[0].target: there is no ${workloadNoun()} coredns in the namespace default (${workloadNoun("plural")}: web)`,
    ]);
  });

  it("restarts a component: CoreDNS as a whole, kube-proxy on all or on some nodes", () => {
    expect(
      churn(
        { "restart-component": "coredns" },
        { "restart-component": { component: "coredns" } },
        { "restart-component": "kube-proxy" },
        { "restart-component": { component: "kube-proxy", zone: "a" }, downtime: "3s" },
        { action: "restart-component", target: { component: "kube-proxy", mode: "fixed", value: 2, hosting: "web" } },
      ),
    ).toMatchObject([
      { name: "restart-component-coredns", target: ALL_COREDNS, parameters: {} },
      { target: ALL_COREDNS },
      { name: "restart-component", target: onNodes("kube-proxy", "kill", { selection: ALL }) },
      { target: onNodes("kube-proxy", "kill", { zone: "a" }), parameters: { downtime: 3 * SECOND } },
      {
        target: onNodes("kube-proxy", "kill", {
          hosting: { namespace: "default", matchLabels: { app: "web" } },
          selection: { mode: "fixed", value: 2 },
        }),
      },
    ]);
  });

  it("restarts NodeLocal DNSCache, where nodes have one", () => {
    const cluster = { components: { nodeLocalDNS: { enabled: true } } };
    const entries = [
      { "restart-component": "node-local-dns" },
      { "restart-component": { component: "node-local-dns", stop: "kill", zone: "a", mode: "one" }, downtime: "5s" },
    ];
    const { scenario, resolved, texts } = load({ cluster, churn: entries });
    expect(texts).toEqual([]);
    expect(scenario?.cluster.nodeLocalDns).toBe(true);
    expect(scenario?.churn).toMatchObject([
      { target: onNodes("node-local-dns", "graceful", { selection: ALL }) },
      { target: onNodes("node-local-dns", "kill", { zone: "a" }), parameters: { downtime: 5 * SECOND } },
    ]);
    const again = load(resolved).scenario;
    expect([again?.churn, again?.cluster.nodeLocalDns]).toEqual([scenario?.churn, true]);
    expect(load({ churn: entries.slice(0, 1) }).texts).toEqual([
      "error: spec.churn[0].target: no node runs NodeLocal DNSCache (set cluster.components.nodeLocalDNS.enabled)",
    ]);
    expect(load({ cluster: { ...cluster, nodeResolvConf: { nameservers: [] } } }).texts).toContain(
      "error: spec.cluster.components.nodeLocalDNS.enabled: NodeLocal DNSCache needs a nameserver outside the cluster (see nodeResolvConf)",
    );
    const stop = load({ churn: [{ "restart-component": { component: "kube-proxy", stop: "kill" } }] });
    expect(stop.scenario).toBe(null);
  });

  it.each(["kube-scheduler", { component: "coredns", zone: "a" }, { component: "etcd" }, {}])(
    "refuses %j",
    (target) => {
      const { scenario } = load({ churn: [{ "restart-component": target }] });
      expect(scenario).toBe(null);
    },
  );

  it("loses packets", () => {
    const entry = { "packet-loss": { zone: "a", mode: "all" }, percent: 20, for: "30s", port: 53, protocol: "UDP" };
    expect(churn(entry, { ...entry, direction: "to", peers: { zone: "b" } })).toMatchObject([
      {
        target: { kind: "nodes", name: "", zone: "a", hosting: null, selection: ALL },
        parameters: { percent: 20, for: 30 * SECOND, port: 53, protocol: "UDP" },
      },
      { parameters: { direction: "to", peers: { zone: "b" } } },
    ]);
  });
});

describe("settings", () => {
  it.each([
    ["1.29", "event-based"],
    ["1.29.9", "event-based-none"],
    ["1.36", "reconciler"],
    ["1.37", "reconciler-zero"],
  ])("kube-proxy of %s cleans UDP entries up as %s", (kubernetesVersion, mode) => {
    const { scenario, resolved } = load({ kubernetesVersion });
    expect(scenario?.cluster.kubeProxy.udpConntrack).toBe(mode);
    expect(load(resolved).scenario?.cluster).toEqual(scenario?.cluster);
  });

  it("a given mode is stronger than the version", () => {
    const cluster = { components: { kubeProxy: { udpConntrack: "reconciler-deleted" } } };
    expect(load({ cluster }).scenario?.cluster.kubeProxy.udpConntrack).toBe("reconciler-deleted");
  });

  it("the dns-autoscaler is off, or has the values of the add-on", () => {
    const of = (dnsAutoscaler: object): unknown =>
      load({ cluster: { components: { dnsAutoscaler } } }).scenario?.cluster.dnsAutoscaler;
    expect(of({})).toBe(null);
    const addon = { coresPerReplica: 256, nodesPerReplica: 16, preventSinglePointFailure: true, min: 1, max: null };
    expect(of({ enabled: true })).toEqual(addon);
    expect(of({ enabled: true, nodesPerReplica: 4, max: 8 })).toEqual({ ...addon, nodesPerReplica: 4, max: 8 });
    expect(load({ cluster: { components: { dnsAutoscaler: { min: 3, max: 2 } } } }).texts).toEqual([
      "error: spec.cluster.components.dnsAutoscaler.max: max is 2, and min is 3 (max must be at least min)",
    ]);
  });

  it.each([
    [undefined, 0],
    [0.5, 0.5],
    ["typical", 0.0001],
    ["bad", 0.01],
  ])("raceLoss %s is %d", (raceLoss, expected) => {
    const dns = raceLoss === undefined ? {} : { raceLoss };
    const { scenario, resolved } = load({ traffic: [{ to: "web", rps: 1, client: { dns } }] });
    expect(scenario?.traffic[0]?.client.raceLoss).toBe(expected);
    expect(load(resolved).scenario?.traffic[0]?.client).toEqual(scenario?.traffic[0]?.client);
  });
});
