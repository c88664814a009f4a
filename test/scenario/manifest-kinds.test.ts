import { describe, expect, test } from "vitest";
import { loadText, webManifests } from "./load-fixture.js";

const said = (apiVersion: string, kind: string, rest = ""): readonly string[] =>
  loadText(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n${rest}`).said;

describe("kinds", () => {
  test.each([
    ["v1", "Secret"],
    ["v1", "ConfigMap"],
    ["v1", "ServiceAccount"],
    ["v1", "PersistentVolumeClaim"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["storage.k8s.io/v1", "StorageClass"],
    ["admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"],
    ["admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding"],
    ["certificates.k8s.io/v1beta1", "ClusterTrustBundle"],
    ["scheduling.k8s.io/v1beta1", "Workload"],
    ["scheduling.k8s.io/v1alpha3", "CompositePodGroup"],
    ["lifecycle.k8s.io/v1alpha1", "EvictionRequest"],
    ["coordination.k8s.io/v1beta1", "LeaseCandidate"],
    ["resource.k8s.io/v1", "ResourceClaimTemplate"],
    ["policy/v1beta1", "PodSecurityPolicy"],
    ["extensions/v1beta1", "PodSecurityPolicy"],
  ])("%s %s is accepted quietly", (apiVersion, kind) => {
    expect(said(apiVersion, kind)).toEqual([]);
  });

  test.each([
    ["apps/v1", "StatefulSet"],
    ["apps/v1", "DaemonSet"],
    ["batch/v1", "Job"],
    ["batch/v1", "CronJob"],
    ["networking.k8s.io/v1", "Ingress"],
    ["networking.k8s.io/v1", "NetworkPolicy"],
    ["gateway.networking.k8s.io/v1", "Gateway"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute"],
    ["networking.istio.io/v1", "VirtualService"],
    ["autoscaling/v2", "HorizontalPodAutoscaler"],
    ["autoscaling/v2beta2", "HorizontalPodAutoscaler"],
    ["keda.sh/v1alpha1", "ScaledObject"],
    ["extensions/v1beta1", "Ingress"],
    ["extensions/v1beta1", "DaemonSet"],
    ["policy/v1", "PodDisruptionBudget"],
    ["argoproj.io/v1alpha1", "Rollout"],
    ["kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"],
  ])("%s %s is named loudly", (apiVersion, kind) => {
    const [first, ...others] = said(apiVersion, kind);
    expect(first).toMatch(new RegExp(`^2:7 loud warning kind: the kind ${kind} .* is not modelled`));
    expect(others).toEqual([]);
  });

  test("somebody else's kind is named", () => {
    expect(said("monitoring.coreos.com/v1", "ServiceMonitor")).toEqual([
      "0:0 warning : 1 field or kind without effect on the simulation: ServiceMonitor",
    ]);
  });

  test.each([
    ["v1", "Deployment", '1:13 error apiVersion: Kubernetes does not serve Deployment as "v1"'],
    [
      "extensions/v1beta1",
      "Deployment",
      '1:13 error apiVersion: Kubernetes does not serve Deployment as "extensions/v1beta1"',
    ],
    ["apps/v1beta2", "ReplicaSet", '1:13 error apiVersion: Kubernetes does not serve ReplicaSet as "apps/v1beta2"'],
  ])("%s %s is an error", (apiVersion, kind, message) => {
    expect(said(apiVersion, kind)).toEqual([message]);
  });

  test.each([
    [
      "apps/v1",
      "Deploymnet",
      'loud warning kind: no kind "Deploymnet" is known in "apps/v1"',
      "did you mean Deployment?",
    ],
    ["v1", "constructor", 'loud warning kind: no kind "constructor" is known in "v1"', ""],
    ["batch/v9", "Everything", 'loud warning kind: no kind "Everything" is known in "batch/v9"', ""],
    ["storage.k8s.io/v1", "Tape", 'warning kind: no kind "Tape" is known in "storage.k8s.io/v1"', ""],
    [
      "policy/v1",
      "PodDisruptionBudgets",
      'loud warning kind: no kind "PodDisruptionBudgets"',
      "did you mean PodDisruptionBudget?",
    ],
  ])("%s %s, which nobody knows, refuses no file", (apiVersion, kind, message, hint) => {
    const { said, report, objects } = loadText(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n---\n${webManifests()}`,
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(`2:7 ${message}`);
    expect(report.sorted()[0]!.hint).toBe(hint);
    expect(objects.deployments).toHaveLength(1);
  });

  test("the namespace of a Namespace is nothing", () => {
    const { said, objects, manifests } = loadText(
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, namespace: kube-system, labels: {a: b}}\n",
    );
    expect(said).toEqual([]);
    expect(objects.namespaces[0]!.metadata).toMatchObject({ name: "shop", namespace: "", labels: { a: "b" } });
    expect(manifests.documents[0]).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", labels: { a: "b" } },
    });
  });

  test("kube-proxy's ConfigMap is named loudly", () => {
    expect(said("v1", "ConfigMap", "data: {config.conf: 'kind: KubeProxyConfiguration'}")[0]).toMatch(
      /^4:21 loud warning/,
    );
  });

  test.each([
    [
      "mode: iptables\niptables: {minSyncPeriod: 2s, syncPeriod: 1m}",
      { mode: "iptables", minSyncPeriod: 2_000_000, syncPeriod: 60_000_000 },
    ],
    ["mode: nftables\niptables: {minSyncPeriod: 2s}", { mode: "nftables", minSyncPeriod: null, syncPeriod: null }],
    [
      'mode: ""\niptables: {minSyncPeriod: 0s, syncPeriod: 0s}',
      { mode: null, minSyncPeriod: 0, syncPeriod: 30_000_000 },
    ],
  ])("KubeProxyConfiguration %s", (rest, settings) => {
    const {
      manifests: { kubeProxy },
      report,
    } = loadText(`apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${rest}`);
    expect(report.failed).toBe(false);
    expect(kubeProxy).toEqual(settings);
  });

  test.each([
    ["mode: magic", '3:7 error mode: must be one of iptables, nftables, ipvs, kernelspace, not "magic"'],
    ["iptables: {minSyncPeriod: 1}", "3:27 error iptables.minSyncPeriod: must be text, not the number 1"],
    ["iptables: {minSyncPeriod: soon}", '3:27 error iptables.minSyncPeriod: "soon" is no duration'],
    [
      "iptable: {}",
      '3:1 warning iptable: KubeProxyConfiguration has no field "iptable" here: kube-proxy drops it, and so does this',
    ],
    [
      "iptables: {randomFully: true}",
      '3:12 warning iptables.randomFully: KubeProxyConfiguration has no field "randomFully" here: kube-proxy drops it, and so does this',
    ],
    ["conntrack: {min: 5, max: null}", "0:0 warning : 1 field or kind without effect on the simulation: conntrack"],
    ["metadata: {name: config}\nmode: iptables\nresourceContainer: null", undefined],
  ])("KubeProxyConfiguration %s says so", (rest, message) => {
    expect(
      loadText(`apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${rest}\n`).said,
    ).toEqual(message === undefined ? [] : [message]);
  });

  test.each(["ipvs", "kernelspace"])("the mode %s is left to the scenario", (mode) => {
    const { kubeProxy } = loadText(
      `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ${mode}\n`,
    ).manifests;
    expect(kubeProxy).toMatchObject({ mode: null, otherMode: { name: mode } });
  });
});
