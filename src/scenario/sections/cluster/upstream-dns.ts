/** `cluster.upstreamDNS`: what the DNS servers outside the cluster know, and how long they take. */
import * as z from "zod";
import { type Address, type AddressRange, contains, parseAddress } from "../../../model/address.js";
import { durationText } from "../../../model/duration-schema.js";
import type { ClusterSettings, UpstreamDnsSettings } from "../../../model/settings.js";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { isDnsSubdomain } from "../../kinds/names.js";
import type { Resolution } from "../resolution.js";

const addresses = z.union([z.string(), z.array(z.string()).min(1).max(100)], {
  error: () => "an IPv4 address, or a list of them",
});

export const upstreamDnsSchema = strictObject({
  records: z
    .record(z.string(), addresses)
    .prefault({})
    .describe("Names outside the cluster, in lower case, and their IPv4 addresses."),
  aliases: z
    .record(z.string(), z.string())
    .prefault({})
    .describe("Names outside the cluster that are aliases (CNAME) of others."),
  latency: durationText
    .prefault(assumed("cluster.upstreamDNS.latency"))
    .describe(describeAssumed("cluster.upstreamDNS.latency")),
});

const PATH = ["cluster", "upstreamDNS"];

export function resolveUpstreamDns(
  resolution: Resolution,
  given: z.output<typeof upstreamDnsSchema>,
  clusterDomain: string,
  ranges: readonly AddressRange[],
): UpstreamDnsSettings {
  const records = new Map<string, readonly Address[]>();
  const aliases = new Map(Object.entries(given.aliases));
  for (const [name, addresses] of Object.entries(given.records)) {
    const path = [...PATH, "records", name];
    const texts = typeof addresses === "string" ? [addresses] : addresses;
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
  const named = new Set([...records.values()].flat());
  resolution.claim((address) => named.has(address));
  return { records, aliases, latency: given.latency };
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

/** Whether the servers outside know a host name, which may end in a dot and have capitals. */
export function isOutsideName(host: string, { upstreamDns }: ClusterSettings): boolean {
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  return upstreamDns?.records.has(name) === true || upstreamDns?.aliases.has(name) === true;
}
