/**
 * The Corefile with which kubeadm sets up CoreDNS (cmd/kubeadm/app/phases/addons/dns/manifests.go @ 008b3652), as far as
 * its options and the version of Kubernetes decide it.
 */
import { formatDuration, SECOND } from "../../engine/duration.js";
import { behaviourOf, type Minor } from "../../model/kubernetes-version.js";
import type { CoreDnsOptions } from "../../model/settings.js";

/** What kubeadm writes: TTL 30, a cache of 30 s, from 1.32 on without the cluster's own names, and 5 s of lameduck. */
export function kubeadmOptions(minor: Minor): CoreDnsOptions {
  return {
    ttlSeconds: 30,
    cacheSeconds: 30,
    cacheSkipsCluster: behaviourOf(minor).corefileSkipsClusterCache,
    lameduck: 5 * SECOND,
  };
}

/** Text of the Corefile; `clusterDomain` is a DNS name without trailing dot. */
export function kubeadmCorefile(clusterDomain: string, options: CoreDnsOptions): string {
  const { ttlSeconds, cacheSeconds, cacheSkipsCluster, lameduck } = options;
  const skipped = cacheSkipsCluster ? [`disable success ${clusterDomain}`, `disable denial ${clusterDomain}`] : [];
  const directives = [
    "errors",
    ...block("health", lameduck === 0 ? [] : [`lameduck ${formatDuration(lameduck)}`]),
    "ready",
    ...block(`kubernetes ${clusterDomain} in-addr.arpa ip6.arpa`, [
      "pods insecure",
      "fallthrough in-addr.arpa ip6.arpa",
      `ttl ${ttlSeconds}`,
    ]),
    "prometheus :9153",
    ...block("forward . /etc/resolv.conf", ["max_concurrent 1000"]),
    ...(cacheSeconds === null ? [] : block(`cache ${cacheSeconds}`, skipped)),
    "loop",
    "reload",
    "loadbalance",
  ];
  return `${block(".:53", directives).join("\n")}\n`;
}

/** A line with its block, which is left out when it would be empty. */
function block(line: string, inner: readonly string[]): string[] {
  return inner.length === 0 ? [line] : [`${line} {`, ...inner.map((each) => `    ${each}`), "}"];
}
