/** `spec.cluster.upstreamDNS` with its addresses read and its names checked, and back to what a user could have written. */
import { formatDuration, parseDuration } from "../../../engine/duration.js";
import { type Address, type AddressRange, contains, formatAddress, parseAddress } from "../../../model/address.js";
import type { ClusterSettings, UpstreamDnsSettings } from "../../../model/settings.js";
import { assumed } from "../../assumptions.js";
import { isDnsSubdomain } from "../../kinds/names.js";
import type { Resolution } from "../resolution.js";

const PATH = ["cluster", "upstreamDNS"];

/** What settings without servers outside stand for. */
export const NO_UPSTREAM_RECORDS: UpstreamDnsSettings = {
  records: new Map(),
  aliases: new Map(),
  latency: parseDuration(assumed("cluster.upstreamDNS.latency")) ?? 0,
};

export function resolveUpstreamDns(resolution: Resolution, ranges: readonly AddressRange[]): UpstreamDnsSettings {
  const { upstreamDNS, clusterDomain } = resolution.spec.cluster;
  const records = new Map<string, readonly Address[]>();
  const aliases = new Map(Object.entries(upstreamDNS.aliases));
  for (const [name, given] of Object.entries(upstreamDNS.records)) {
    const path = [...PATH, "records", name];
    const texts = typeof given === "string" ? [given] : given;
    records.set(
      name,
      texts.flatMap((text) => outsideAddress(resolution, text, ranges, path) ?? []),
    );
    if (aliases.has(name)) resolution.error(path, `${name} is an alias too`, "a name has addresses or an alias");
  }
  for (const name of [...records.keys(), ...aliases.keys()]) {
    if (!isDnsSubdomain(name)) {
      const message = `${JSON.stringify(name.slice(0, 60))} is no DNS name in lower case, without final dot`;
      resolution.error([...PATH, records.has(name) ? "records" : "aliases", name], message);
    }
    if (name !== clusterDomain && !name.endsWith(`.${clusterDomain}`)) continue;
    const field = [...PATH, records.has(name) ? "records" : "aliases", name];
    resolution.warn(field, `names below ${clusterDomain} are answered by the cluster: nobody will ask for it outside`);
  }
  for (const [name, target] of aliases) {
    if (records.has(target) || aliases.has(target)) continue;
    resolution.warn([...PATH, "aliases", name], `${target} does not exist`, "give it an address in records");
  }
  return { records, aliases, latency: upstreamDNS.latency };
}

function outsideAddress(
  resolution: Resolution,
  text: string,
  ranges: readonly AddressRange[],
  path: readonly string[],
): Address | null {
  const address = parseAddress(text);
  if (address === null) {
    resolution.error(path, `${JSON.stringify(text.slice(0, 60))} is no IPv4 address`, "IPv6 is not modelled yet");
    return null;
  }
  const range = ranges.find((each) => each.size > 0 && contains(each, address));
  if (range === undefined) return address;
  resolution.error(path, `${text} lies within the cluster's range ${range.text}`, "give an address outside");
  return null;
}

/** Whether a name outside the cluster has this address. */
export function isOutsideAddress({ upstreamDns }: ClusterSettings, address: Address): boolean {
  return [...(upstreamDns?.records.values() ?? [])].some((list) => list.includes(address));
}

/** Whether the servers outside know a host name, which may end in a dot and have capitals. */
export function isOutsideName(host: string, resolution: Resolution): boolean {
  const { records, aliases } = resolution.spec.cluster.upstreamDNS;
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  return Object.hasOwn(records, name) || Object.hasOwn(aliases, name);
}

export function writeUpstreamDns(settings: UpstreamDnsSettings): Readonly<Record<string, unknown>> {
  return {
    records: Object.fromEntries([...settings.records].map(([name, list]) => [name, list.map(formatAddress)])),
    aliases: Object.fromEntries(settings.aliases),
    latency: formatDuration(settings.latency),
  };
}
