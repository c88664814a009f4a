/**
 * The resolv.conf that the kubelet writes for a pod, once, when its sandbox is made
 * (pkg/kubelet/network/dns/dns.go @ 04791b49). Under ClusterFirst the node's nameservers and options are dropped and its
 * search list is appended; Default, and ClusterFirst for hostNetwork pods, give the node's own file; None gives nothing.
 * The pod's `dnsConfig` is added to each of them. Kubernetes writes options in random order, this in theirs: no resolver
 * cares.
 */
import { type Address, formatAddress } from "../model/address.js";
import type { DnsPolicy, PodDnsConfig } from "../model/objects.js";
import type { NodeResolvConf } from "../model/settings.js";

export interface ResolvConfInput {
  readonly namespace: string;
  /** The kubelet's clusterDNS; empty: the cluster policies fall back to Default. */
  readonly clusterDns: readonly Address[];
  /** Empty: no search list of the cluster. */
  readonly clusterDomain: string;
  readonly node: NodeResolvConf;
  readonly dnsPolicy: DnsPolicy;
  readonly dnsConfig: PodDnsConfig | null;
  readonly hostNetwork: boolean;
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
/** Of the whole search list, spaces included; of one entry. */
const MAX_SEARCH_LENGTH = 2048;
const MAX_SEARCH_ENTRY_LENGTH = 253;

const NOTHING: NodeResolvConf = { nameservers: [], search: [], options: [] };

/** The text of the file. What exceeds a limit is dropped from the end. */
export function resolvConf(input: ResolvConfInput): string {
  const base = baseOf(input);
  const { nameservers, search, options } = input.dnsConfig === null ? base : withPodConfig(base, input.dnsConfig);
  const lines = nameservers.slice(0, MAX_NAMESERVERS).map((address) => `nameserver ${formatAddress(address)}`);
  const searches = limited(search);
  if (searches.length > 0) lines.push(`search ${searches.join(" ")}`);
  if (options.length > 0) lines.push(`options ${options.join(" ")}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** What the policy gives. */
function baseOf({
  dnsPolicy,
  hostNetwork,
  clusterDns,
  clusterDomain,
  namespace,
  node,
}: ResolvConfInput): NodeResolvConf {
  if (dnsPolicy === "None") return NOTHING;
  const cluster = dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  if (!cluster || clusterDns.length === 0) return node;
  const own = clusterDomain === "" ? [] : [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { nameservers: clusterDns, search: unique([...own, ...node.search]), options: ["ndots:5"] };
}

function withPodConfig(base: NodeResolvConf, { nameservers, searches, options }: PodDnsConfig): NodeResolvConf {
  const merged = new Map(base.options.map((option) => [option.split(":", 1)[0], option]));
  for (const { name, value } of options) merged.set(name, value === null || value === "" ? name : `${name}:${value}`);
  return {
    nameservers: unique([...base.nameservers, ...nameservers]),
    search: unique([...base.search, ...searches]),
    options: [...merged.values()],
  };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** Cut to the number of entries, then without over-long ones, then cut to the length of the list. */
function limited(search: readonly string[]): readonly string[] {
  const kept = search.slice(0, MAX_SEARCHES).filter((entry) => entry.length <= MAX_SEARCH_ENTRY_LENGTH);
  while (kept.join(" ").length > MAX_SEARCH_LENGTH) kept.pop();
  return kept;
}
