/** `spec.cluster`: addresses, nodes, components, delays. */
import * as z from "zod";
import { parseAddress } from "../../../model/address.js";
import { durationText, durationTextOr } from "../../../model/duration-schema.js";
import { UDP_CONNTRACK_MODES } from "../../../model/kubernetes-version.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { distributionText } from "../../distribution-schema.js";
import { isDnsLabel, isDnsSubdomain } from "../../kinds/names.js";
import { notModelled, notModelledMessage, oneOf } from "../../not-modelled.js";
import { parseQuantity } from "../../quantity.js";
import { strictObject } from "../../strict-object.js";
import { upstreamDnsSchema } from "./upstream-dns-schema.js";

const CIDR = "an IPv4 range in CIDR notation";

/** Most nodes of a pool: more than any cluster has. */
const MOST_NODES = 10_000;

function quantity(unit: "unit" | "milli") {
  return z.union([z.number(), z.string()]).refine((value) => parseQuantity(String(value), unit) !== null, {
    error: ({ input }) => `${JSON.stringify(input)} is no quantity, such as "500m", "4" or "16Gi"`,
  });
}

/** A network delay: one duration, as long as paths have no distributions. */
const networkDelay = durationTextOr(`${notModelledMessage("a distribution of network delays")}: give one duration`);

const capacity = strictObject({
  cpu: quantity("milli").prefault("4").describe("Allocatable CPU of a node (a quantity, in cores)."),
  memory: quantity("unit").prefault("16Gi").describe("Allocatable memory of a node (a quantity, in bytes)."),
  pods: quantity("unit").prefault("110").describe("Most pods on a node (a count)."),
});

const nodePool = strictObject({
  name: z
    .string()
    .refine(isDnsLabel, { error: () => "a pool's name is a DNS label: lower-case letters, digits and -" })
    .prefault("node")
    .describe("The nodes are called NAME-1, NAME-2, and so on."),
  count: z.int().min(1).max(MOST_NODES).prefault(3).describe("Number of nodes."),
  zones: z.array(z.string().min(1)).min(1).prefault(["a", "b", "c"]).describe("Zones, given to the nodes in turn."),
  capacity: capacity.prefault({}).describe("What a node has for pods."),
});

const controllerManager = strictObject({
  args: z
    .array(z.string())
    .prefault([])
    .describe("Flags: --node-monitor-grace-period (default 50s, 40s before 1.32), --node-monitor-period (default 5s)."),
});

const coredns = strictObject({
  replicas: z
    .int()
    .min(1)
    .max(1000)
    .prefault(assumed("cluster.components.coredns.replicas"))
    .describe(describeAssumed("cluster.components.coredns.replicas")),
  ttl: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.ttl") })
    .describe(describeAssumed("cluster.components.coredns.ttl")),
  lameduck: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.lameduck") })
    .describe(describeAssumed("cluster.components.coredns.lameduck")),
  cache: z
    .union([z.int().min(1).max(86_400), z.literal(false)])
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.coredns.cache") })
    .describe(`${describeAssumed("cluster.components.coredns.cache")} False: no cache.`),
  cacheSkipsCluster: z
    .boolean()
    .optional()
    .describe("Whether cluster names stay out of the cache, as kubeadm sets it up since 1.32; by default by version."),
  env: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("Environment of the container, for variables of the Corefile."),
  queriesPerSecond: z
    .number()
    .positive()
    .max(1e9)
    .optional()
    .describe("Queries that one replica works off in a second, one after the other; by default any number, at once."),
  queueCapacity: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe("Queries that wait at most when queriesPerSecond is given; datagrams beyond are lost. Default 1000."),
});

const kubeProxy = strictObject({
  mode: oneOf("the mode of kube-proxy", ["iptables", "nftables"], ["ipvs", "kernelspace", "userspace"])
    .optional()
    .meta({ whenLeftOut: "iptables" })
    .describe("How kube-proxy programs the node. Default iptables."),
  minSyncPeriod: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.kubeProxy.minSyncPeriod") })
    .describe(describeAssumed("cluster.components.kubeProxy.minSyncPeriod")),
  syncPeriod: durationText
    .optional()
    .meta({ whenLeftOut: assumed("cluster.components.kubeProxy.syncPeriod") })
    .describe(describeAssumed("cluster.components.kubeProxy.syncPeriod")),
  udpConntrack: z
    .enum(["auto", ...UDP_CONNTRACK_MODES], {
      error: () => `udpConntrack is auto, ${UDP_CONNTRACK_MODES.join(", ")}`,
    })
    .prefault("auto")
    .describe("Which UDP conntrack entries a sync deletes; auto: as the Kubernetes version (and patch) does."),
});

const dnsAutoscaler = strictObject({
  enabled: z.boolean().prefault(false).describe("Whether the add-on dns-autoscaler sets the number of CoreDNS pods."),
  coresPerReplica: z.int().min(1).prefault(256).describe("Cores of schedulable nodes for each replica."),
  nodesPerReplica: z.int().min(1).prefault(16).describe("Schedulable nodes for each replica."),
  preventSinglePointFailure: z
    .boolean()
    .prefault(true)
    .describe("At least two replicas when there is more than one node."),
  min: z.int().min(1).prefault(1).describe("Least number of replicas."),
  max: z.int().min(1).optional().describe("Most replicas; no bound by default."),
});

const nodeLocalDns = strictObject({
  enabled: z
    .boolean()
    .prefault(false)
    .describe("Whether each node has a DNS cache, which takes what is sent to kube-dns."),
});

const components = strictObject({
  controllerManager: controllerManager.prefault({}).describe("kube-controller-manager."),
  coredns: coredns.prefault({}).describe("The cluster's DNS servers."),
  kubeProxy: kubeProxy.prefault({}).describe("kube-proxy; a KubeProxyConfiguration among the manifests says the same."),
  dnsAutoscaler: dnsAutoscaler.prefault({}).describe("Replicas of CoreDNS by the size of the cluster."),
  nodeLocalDNS: nodeLocalDns.prefault({}).describe("NodeLocal DNSCache."),
  kubelet: notModelled("configuration of the kubelet"),
  apiServer: notModelled("configuration of the API server"),
  scheduler: notModelled("configuration of the scheduler"),
});

const backgroundChurn = strictObject({
  endpointChangesPerSecond: z
    .number()
    .min(0)
    .max(100_000)
    .prefault(assumed("cluster.backgroundChurn.endpointChangesPerSecond"))
    .describe(describeAssumed("cluster.backgroundChurn.endpointChangesPerSecond")),
  services: z
    .int()
    .min(0)
    .prefault(assumed("cluster.backgroundChurn.services"))
    .describe(describeAssumed("cluster.backgroundChurn.services")),
  endpoints: z
    .int()
    .min(0)
    .prefault(assumed("cluster.backgroundChurn.endpoints"))
    .describe(describeAssumed("cluster.backgroundChurn.endpoints")),
});

type DelayName = "apiWrite" | "watchDelivery" | "sandboxCreation" | "sandboxRemoval" | "imagePull";

function delay(name: DelayName) {
  const path = `cluster.latency.${name}` as const;
  return distributionText.prefault(assumed(path)).describe(describeAssumed(path));
}

function hop(name: "sameNode" | "sameZone" | "crossZone") {
  const path = `cluster.latency.${name}` as const;
  return networkDelay.prefault(assumed(path)).describe(describeAssumed(path));
}

const latency = strictObject({
  sameNode: hop("sameNode"),
  sameZone: hop("sameZone"),
  crossZone: hop("crossZone"),
  watchDelivery: delay("watchDelivery"),
  apiWrite: delay("apiWrite"),
  sandboxCreation: delay("sandboxCreation"),
  sandboxRemoval: delay("sandboxRemoval"),
  imagePull: delay("imagePull"),
});

const nodeResolvConf = strictObject({
  nameservers: z
    .array(
      z.string().refine((text) => parseAddress(text) !== null, {
        error: ({ input }) => `${JSON.stringify(input)} is no IPv4 address`,
      }),
    )
    .prefault(["192.0.2.53"])
    .describe("IPv4 addresses of nameservers outside the cluster."),
  search: z
    .array(
      z
        .string()
        .refine(isDnsSubdomain, { error: ({ input }) => `${JSON.stringify(input)} is no DNS name in lower case` }),
    )
    .prefault([])
    .describe("Search list, which the kubelet appends to that of the cluster."),
  options: z
    .array(
      z.string().regex(/^[^\s:]+(:\S+)?$/, { error: () => 'an option is one word, such as rotate or "timeout:2"' }),
    )
    .prefault([])
    .describe("Options; pods with the policy ClusterFirst do not get them."),
});

export const clusterSchema = strictObject({
  podCIDR: z.string().prefault("10.244.0.0/16").describe(`Addresses of pods: ${CIDR}; each node gets a /24 of it.`),
  serviceCIDR: z.string().prefault("10.96.0.0/12").describe(`Addresses of Services: ${CIDR}.`),
  nodeCIDR: z.string().prefault("192.168.0.0/16").describe(`Addresses of nodes: ${CIDR}.`),
  clusterDomain: z
    .string()
    .refine(isDnsSubdomain, { error: () => "the cluster domain is a DNS name in lower case" })
    .prefault("cluster.local")
    .describe("Domain of the cluster's names."),
  nodeResolvConf: nodeResolvConf
    .prefault({})
    .describe("The resolv.conf of every node, which pods get by their dnsPolicy."),
  nodePools: z.array(nodePool).min(1).prefault([{}]).describe("The nodes; by default three in the zones a, b and c."),
  cni: strictObject({
    type: oneOf("the CNI", ["host-local"], ["calico", "cilium", "vpc-cni", "flannel", "azure-cni"])
      .prefault("host-local")
      .describe("How pods get their addresses."),
    ipReuseDelay: notModelled("a delay before addresses are used again"),
  })
    .prefault({})
    .describe("The network plugin."),
  components: components.prefault({}).describe("Settings of the cluster's components."),
  backgroundChurn: backgroundChurn.prefault({}).describe("What goes on in the rest of the cluster."),
  latency: latency.prefault({}).describe("Delays that Kubernetes does not decide."),
  upstreamDNS: upstreamDnsSchema.prefault({}).describe("The DNS servers outside the cluster."),
});
