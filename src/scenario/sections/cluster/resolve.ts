/** `spec.cluster` to the settings of the components. */
import { formatDuration, type Micros, parseDuration, SECOND } from "../../../engine/duration.js";
import {
  type Address,
  type AddressRange,
  contains,
  formatAddress,
  overlaps,
  parseAddress,
  parseRange,
} from "../../../model/address.js";
import {
  behaviourOf,
  DEFAULT_MINOR,
  type Minor,
  parsePatch,
  parseVersion,
  udpConntrackOf,
} from "../../../model/kubernetes-version.js";
import { plannedNodes } from "../../../model/node-names.js";
import type { ClusterSettings, DnsAutoscalerSettings, KubeProxySettings, NodePool } from "../../../model/settings.js";
import { assumed } from "../../assumptions.js";
import { didYouMean } from "../../did-you-mean.js";
import { notModelledMessage } from "../../not-modelled.js";
import { parseQuantity } from "../../quantity.js";
import type { Resolution } from "../resolution.js";
import { checkCorefile, resolveCoreDns } from "./coredns.js";
import { resolveUpstreamDns } from "./upstream-dns.js";

type RangeName = "podCIDR" | "serviceCIDR" | "nodeCIDR";
const RANGES: readonly RangeName[] = ["podCIDR", "serviceCIDR", "nodeCIDR"];
const NO_RANGE: AddressRange = { first: 0, size: 0, text: "" };

/** Addresses of a node's share of the pod range, a /24. */
const NODE_SHARE = 256;

export function resolveCluster(resolution: Resolution): ClusterSettings {
  const { cluster, kubernetesVersion } = resolution.spec;
  const minor = parseVersion(kubernetesVersion) ?? DEFAULT_MINOR;
  const { apiWrite, watchDelivery, sameNode, sameZone, crossZone, ...rest } = cluster.latency;
  const { endpointChangesPerSecond, services, endpoints } = cluster.backgroundChurn;
  const nodePools = resolvePools(resolution);
  const ranges = resolveRanges(resolution, plannedNodes(nodePools).length);
  const settings: ClusterSettings = {
    minor,
    podRange: ranges.podCIDR,
    serviceRange: ranges.serviceCIDR,
    nodeRange: ranges.nodeCIDR,
    clusterDomain: cluster.clusterDomain,
    upstreamDns: resolveUpstreamDns(resolution, [ranges.podCIDR, ranges.serviceCIDR, ranges.nodeCIDR]),
    nodeResolvConf: {
      ...cluster.nodeResolvConf,
      nameservers: cluster.nodeResolvConf.nameservers.map((text) => parseAddress(text) as Address),
    },
    nodePools,
    delays: { sameNode, sameZone, crossZone, watchDelivery, apiWrite, ...rest },
    kubeProxy: resolveKubeProxy(resolution, minor),
    coreDns: resolveCoreDns(resolution, minor),
    dnsAutoscaler: resolveDnsAutoscaler(resolution),
    nodeLocalDns: resolveNodeLocalDns(resolution),
    ...resolveControllerManager(resolution, minor),
    backgroundChangesPerSecond: endpointChangesPerSecond,
    backgroundServices: services,
    backgroundEndpoints: endpoints,
  };
  checkCorefile(resolution, settings);
  return settings;
}

function resolveRanges(resolution: Resolution, nodes: number): Record<RangeName, AddressRange> {
  const ranges: Record<RangeName, AddressRange> = { podCIDR: NO_RANGE, serviceCIDR: NO_RANGE, nodeCIDR: NO_RANGE };
  for (const name of RANGES) {
    const text = resolution.spec.cluster[name];
    const range = parseRange(text);
    if (range === null) {
      resolution.error(["cluster", name], `${JSON.stringify(text)} is no IPv4 range`, 'for instance "10.244.0.0/16"');
    } else ranges[name] = range;
  }
  const { podCIDR, serviceCIDR, nodeCIDR } = ranges;
  const shared = ([x, y]: readonly [RangeName, RangeName]): void => {
    if (ranges[x].size === 0 || ranges[y].size === 0 || !overlaps(ranges[x], ranges[y])) return;
    const message = `${ranges[y].text} overlaps the ${x} ${ranges[x].text}`;
    resolution.error(["cluster", y], message, "pods, Services and nodes need ranges of their own");
  };
  shared(["podCIDR", "serviceCIDR"]);
  shared(["podCIDR", "nodeCIDR"]);
  shared(["serviceCIDR", "nodeCIDR"]);
  const shares = Math.floor(podCIDR.size / NODE_SHARE);
  if (podCIDR.size > 0 && shares < nodes) {
    const message = `${podCIDR.text} is too small: ${nodes} nodes need a /24 each, and it holds ${shares}`;
    resolution.error(["cluster", "podCIDR"], message);
  }
  if (nodeCIDR.size > 0 && nodeCIDR.size - 2 < nodes) {
    resolution.error(["cluster", "nodeCIDR"], `${nodeCIDR.text} is too small for ${nodes} nodes`);
  }
  if (serviceCIDR.size > 0) checkServices(resolution, serviceCIDR);
  return ranges;
}

/** The tenth address belongs to kube-dns, the first to the API server, as kubeadm sets it up. */
function checkServices(resolution: Resolution, range: AddressRange): void {
  if (range.size < 16) {
    resolution.error(["cluster", "serviceCIDR"], `${range.text} is too small: kube-dns has its tenth address`);
    return;
  }
  for (const service of resolution.objects("Service")) {
    const { clusterIP } = service.spec;
    if (typeof clusterIP !== "number") continue;
    const address = formatAddress(clusterIP);
    const place = clusterIP - range.first;
    const owner = place === 10 ? "kube-dns" : place === 1 ? "the API server" : null;
    if (!contains(range, clusterIP) || place === 0 || place === range.size - 1) {
      const message = `the clusterIP ${address} is no address for Services in ${range.text}`;
      resolution.objectError(service, "spec.clusterIP", message, "change it, or cluster.serviceCIDR of the scenario");
    } else if (owner !== null && service.metadata.namespace !== "kube-system") {
      resolution.objectError(service, "spec.clusterIP", `the clusterIP ${address} belongs to ${owner}`);
    }
  }
}

function resolvePools(resolution: Resolution): NodePool[] {
  const names = new Set<string>();
  return resolution.spec.cluster.nodePools.map(({ name, count, zones, capacity }, index) => {
    const path = ["cluster", "nodePools", index];
    if (names.has(name)) resolution.error([...path, "name"], `there are two pools called ${name}`, "give each a name");
    names.add(name);
    const pods = parseQuantity(String(capacity.pods), "unit") ?? 0;
    return {
      name,
      count,
      zones: [...zones],
      capacity: {
        cpu: parseQuantity(String(capacity.cpu), "milli") ?? 0,
        memory: parseQuantity(String(capacity.memory), "unit") ?? 0,
        pods,
      },
    };
  });
}

/** A zero minSyncPeriod means the default of one second for iptables (conformance statement DP-41). */
function resolveKubeProxy({ spec, kubeProxy }: Resolution, minor: Minor): KubeProxySettings {
  const { udpConntrack, ...given } = spec.cluster.components.kubeProxy;
  const mode = given.mode ?? kubeProxy?.mode ?? "iptables";
  const minSyncPeriod =
    given.minSyncPeriod ?? kubeProxy?.minSyncPeriod ?? micros(assumed("cluster.components.kubeProxy.minSyncPeriod"));
  return {
    mode,
    minSyncPeriod: minSyncPeriod === 0 && mode === "iptables" ? SECOND : minSyncPeriod,
    syncPeriod: given.syncPeriod ?? kubeProxy?.syncPeriod ?? micros(assumed("cluster.components.kubeProxy.syncPeriod")),
    udpConntrack: udpConntrack === "auto" ? udpConntrackOf(minor, parsePatch(spec.kubernetesVersion)) : udpConntrack,
  };
}

function resolveDnsAutoscaler(resolution: Resolution): DnsAutoscalerSettings | null {
  const { enabled, max = null, ...settings } = resolution.spec.cluster.components.dnsAutoscaler;
  if (max !== null && max < settings.min) {
    const path = ["cluster", "components", "dnsAutoscaler", "max"];
    resolution.error(path, `max is ${max}, and min is ${settings.min}`, "max must be at least min");
  }
  return enabled ? { ...settings, max } : null;
}

/** Its Corefile forwards to the nameservers of the node, and cannot be used when there are none. */
function resolveNodeLocalDns(resolution: Resolution): boolean {
  const { components, nodeResolvConf } = resolution.spec.cluster;
  const { enabled } = components.nodeLocalDNS;
  if (enabled && nodeResolvConf.nameservers.length === 0) {
    const path = ["cluster", "components", "nodeLocalDNS", "enabled"];
    resolution.error(path, "NodeLocal DNSCache needs a nameserver outside the cluster", "see nodeResolvConf");
  }
  return enabled;
}

function micros(text: string): Micros {
  return parseDuration(text) ?? 0;
}

export const GRACE_FLAG = "--node-monitor-grace-period";
export const PERIOD_FLAG = "--node-monitor-period";
/** Flags of the eviction clock that went before taint-based eviction (removed by kubernetes/kubernetes PR 115840). */
const REMOVED_FLAGS: readonly string[] = ["--pod-eviction-timeout", "--enable-taint-manager"];

function resolveControllerManager(
  resolution: Resolution,
  minor: Minor,
): Pick<ClusterSettings, "nodeMonitorGrace" | "nodeMonitorPeriod"> {
  const flags = new Map<string, Micros>([
    [GRACE_FLAG, behaviourOf(minor).nodeMonitorGraceSeconds * SECOND],
    [PERIOD_FLAG, 5 * SECOND],
  ]);
  for (const [index, arg] of resolution.spec.cluster.components.controllerManager.args.entries()) {
    const path = ["cluster", "components", "controllerManager", "args", index];
    const [flag = "", ...value] = arg.split("=");
    const duration = parseDuration(value.join("="));
    if (REMOVED_FLAGS.includes(flag)) {
      const hint = "pods tolerate a node's NoExecute taints for 300 s: set tolerationSeconds in the pod template";
      resolution.error(path, `the flag ${flag} was removed in Kubernetes 1.27`, hint);
    } else if (!flags.has(flag)) {
      resolution.error(path, notModelledMessage(`the flag ${flag}`), didYouMean(flag, [...flags.keys()], "modelled"));
    } else if (duration === null || duration === 0) {
      resolution.error(path, `${flag} needs a duration above 0`, `for instance ${flag}=${formatDuration(50 * SECOND)}`);
    } else flags.set(flag, duration);
  }
  return { nodeMonitorGrace: flags.get(GRACE_FLAG) ?? 0, nodeMonitorPeriod: flags.get(PERIOD_FLAG) ?? 0 };
}
