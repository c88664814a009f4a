import { describe, expect, test } from "vitest";
import { loadText } from "./load-fixture.js";

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
      "2:7 warning kind: the kind ServiceMonitor (monitoring.coreos.com/v1) is not modelled: it has no effect on the simulation",
    ]);
  });

  test.each([
    ["apps/v1", "Deploymnet", '2:7 error kind: Kubernetes has no kind "Deploymnet" in "apps/v1"'],
    ["v1", "constructor", '2:7 error kind: Kubernetes has no kind "constructor" in "v1"'],
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
    ["mode: kernelspace", "3:7 error mode: the mode kernelspace is not modelled yet"],
    ["mode: magic", '3:7 error mode: must be one of iptables, nftables, ipvs, kernelspace, not "magic"'],
    ["iptables: {minSyncPeriod: 1}", "3:27 error iptables.minSyncPeriod: must be text, not the number 1"],
    ["iptables: {minSyncPeriod: soon}", '3:27 error iptables.minSyncPeriod: "soon" is no duration'],
    ["iptable: {}", '3:1 error iptable: KubeProxyConfiguration has no field "iptable" here (Kubernetes 1.34)'],
    [
      "conntrack: {min: 5}",
      "3:1 warning conntrack: KubeProxyConfiguration conntrack is not modelled: it has no effect on the simulation",
    ],
  ])("KubeProxyConfiguration %s says so", (rest, message) => {
    expect(
      loadText(`apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${rest}\n`).said,
    ).toEqual([message]);
  });
});
