/** The resolver of a client program in a pod: what the kubelet writes into its resolv.conf, and what its library makes of it. */

import { clusterDnsAddress } from "../dns/addon/kube-dns.js";
import { createClientResolver } from "../dns/client/client-dns.js";
import type { ClientResolver } from "../model/dns.js";
import type { ProcessEnvironment } from "../model/process.js";
import type { ClientSettings } from "../model/scenario.js";
import type { ClusterSettings } from "../model/settings.js";
import type { Network } from "../network/network.js";
import { resolvConf } from "../node/resolv-conf.js";

export function clientResolver(
  { clusterDomain, serviceRange, nodeResolvConf }: ClusterSettings,
  network: Network,
  { context, pod, host }: ProcessEnvironment,
  client: ClientSettings,
): ClientResolver {
  const text = resolvConf({
    namespace: pod.metadata.namespace,
    clusterDns: [clusterDnsAddress(serviceRange)],
    clusterDomain,
    node: nodeResolvConf,
    dnsPolicy: pod.spec.dnsPolicy,
    dnsConfig: pod.spec.dnsConfig ?? null,
    hostNetwork: pod.spec.hostNetwork,
  });
  return createClientResolver({
    context,
    network,
    source: host.place,
    sourceAddress: host.address,
    resolvConf: text,
    client,
  });
}
