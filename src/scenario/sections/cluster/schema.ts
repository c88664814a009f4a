/** `spec.cluster`: addresses, nodes, components, delays. Each part has a file of its own. */
import * as z from "zod";
import { strictObject } from "../../../model/strict-object.js";
import { isDnsSubdomain } from "../../kinds/names.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import { backgroundChurn } from "./background-churn.js";
import { controllerManager } from "./components/controller-manager.js";
import { coredns } from "./components/coredns-schema.js";
import { dnsAutoscaler } from "./components/dns-autoscaler.js";
import { kubeProxy } from "./components/kube-proxy.js";
import { nodeLocalDns } from "./components/node-local-dns.js";
import { latency } from "./latency.js";
import { nodePool } from "./node-pools.js";
import { nodeResolvConf } from "./node-resolv-conf.js";
import { ranges } from "./ranges.js";
import { upstreamDnsSchema } from "./upstream-dns.js";

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

export const clusterSchema = strictObject({
  ...ranges,
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

export type ClusterSpec = z.output<typeof clusterSchema>;
