/** `spec.cluster` to the settings of the components. */
import { contains } from "../../../model/address.js";
import { DEFAULT_MINOR, parseVersion } from "../../../model/kubernetes-version.js";
import { plannedNodes } from "../../../model/node-names.js";
import type { ClusterSettings } from "../../../model/settings.js";
import type { Resolution } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { resolveControllerManager } from "./components/controller-manager.js";
import { checkCorefile, resolveCoreDns } from "./components/coredns.js";
import { resolveDnsAutoscaler } from "./components/dns-autoscaler.js";
import { resolveKubeProxy } from "./components/kube-proxy.js";
import { resolveNodeLocalDns } from "./components/node-local-dns.js";
import { checkNodePools } from "./node-pools.js";
import { checkRanges, serviceRange } from "./ranges.js";
import type { ClusterSpec } from "./schema.js";
import { resolveUpstreamDns } from "./upstream-dns.js";

export function resolveCluster(
  resolution: Resolution,
  cluster: ClusterSpec,
  kubernetesVersion: string,
): ResolvedSection<ClusterSpec, ClusterSettings> {
  const minor = parseVersion(kubernetesVersion) ?? DEFAULT_MINOR;
  const { podCIDR, nodeCIDR, clusterDomain, nodeResolvConf, nodePools, backgroundChurn } = cluster;
  const given = cluster.components;
  checkNodePools(resolution, nodePools);
  const serviceCIDR = serviceRange(resolution, cluster.serviceCIDR);
  checkRanges(resolution, { podCIDR, serviceCIDR, nodeCIDR }, plannedNodes(nodePools).length);
  resolution.claim((address) => contains(podCIDR, address) || contains(nodeCIDR, address));
  const kubeProxy = resolveKubeProxy(resolution, given.kubeProxy, kubernetesVersion);
  const coredns = resolveCoreDns(resolution, given.coredns, clusterDomain, minor);
  const controllerManager = resolveControllerManager(resolution, given.controllerManager, minor);
  const settings: ClusterSettings = {
    minor,
    podRange: podCIDR,
    serviceRange: serviceCIDR,
    nodeRange: nodeCIDR,
    clusterDomain,
    nodeResolvConf,
    nodePools,
    upstreamDns: resolveUpstreamDns(resolution, cluster.upstreamDNS, clusterDomain, [podCIDR, serviceCIDR, nodeCIDR]),
    delays: cluster.latency,
    kubeProxy,
    coreDns: coredns.settings,
    dnsAutoscaler: resolveDnsAutoscaler(resolution, given.dnsAutoscaler),
    nodeLocalDns: resolveNodeLocalDns(resolution, given.nodeLocalDNS, nodeResolvConf.nameservers),
    ...controllerManager.settings,
    backgroundChangesPerSecond: backgroundChurn.endpointChangesPerSecond,
    backgroundServices: backgroundChurn.services,
    backgroundEndpoints: backgroundChurn.endpoints,
  };
  checkCorefile(resolution, settings);
  const components = {
    ...given,
    controllerManager: controllerManager.spec,
    coredns: coredns.spec,
    kubeProxy,
  };
  return { spec: { ...cluster, serviceCIDR, components }, settings };
}
