/**
 * The resolv.conf that the kubelet writes for a pod, once, when its sandbox is made
 * (pkg/kubelet/network/dns/dns.go @ 04791b49). Under ClusterFirst the node's nameservers and options are dropped and its
 * search list is appended; hostNetwork pods and the policy Default get the node's own file. `dnsConfig` is not modelled.
 */
import { type Address, formatAddress } from "../model/address.js";
import type { PodSpec } from "../model/objects.js";

export interface ResolvConfInput {
  readonly namespace: string;
  /** The kubelet's clusterDNS; empty: ClusterFirst falls back to Default. */
  readonly clusterDns: readonly Address[];
  /** Empty: no search list of the cluster. */
  readonly clusterDomain: string;
  /** From the node's own resolv.conf. */
  readonly nodeNameservers: readonly Address[];
  readonly nodeSearch: readonly string[];
  readonly nodeOptions: readonly string[];
  readonly dnsPolicy: PodSpec["dnsPolicy"];
  readonly hostNetwork: boolean;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
/** Of the whole search list, spaces included; of one entry. */
const MAX_SEARCH_LENGTH = 2048;
const MAX_SEARCH_ENTRY_LENGTH = 253;

/** The text of the file. What exceeds a limit is dropped from the end. */
export function resolvConf(input: ResolvConfInput): string {
  const cluster = input.dnsPolicy === "ClusterFirst" && !input.hostNetwork && input.clusterDns.length > 0;
  const nameservers = (cluster ? input.clusterDns : input.nodeNameservers).slice(0, MAX_NAMESERVERS);
  const search = limited(cluster ? [...clusterSearch(input), ...input.nodeSearch] : input.nodeSearch);
  const options = cluster ? ["ndots:5"] : input.nodeOptions;
  const lines = nameservers.map((address) => `nameserver ${formatAddress(address)}`);
  if (search.length > 0) lines.push(`search ${search.join(" ")}`);
  if (options.length > 0) lines.push(`options ${options.join(" ")}`);
  return lines.map((line) => `${line}\n`).join("");
}

function clusterSearch({ namespace, clusterDomain }: ResolvConfInput): string[] {
  if (clusterDomain === "") return [];
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

/** Without duplicates and over-long entries, cut to both limits. */
function limited(search: readonly string[]): string[] {
  const kept = [...new Set(search)].filter((entry) => entry.length <= MAX_SEARCH_ENTRY_LENGTH).slice(0, MAX_SEARCHES);
  while (kept.join(" ").length > MAX_SEARCH_LENGTH) kept.pop();
  return kept;
}
