/** Records that the kubernetes plugin makes (CoreDNS 1.14.7, plugin/backend_lookup.go; DNS specification 1.1.0). */
import type { Address } from "../../../model/address.js";
import type { DnsRecord } from "../../../model/dns.js";
import { type Candidate, endpointName } from "./candidates.js";

/** The SOA of a denial is never valid for longer. */
const MAX_SOA_TTL = 300;
const VERSION = "1.1.0";
const VERSION_TTL = 28_800;

export function addressRecord(name: string, ttl: number, address: Address): DnsRecord {
  return { name, type: "A", ttl, address, data: "" };
}

/** One record an address, in their order. */
export function addressRecords(name: string, ttl: number, candidates: readonly Candidate[]): DnsRecord[] {
  const seen = new Set<Address>();
  const records: DnsRecord[] = [];
  for (const { address } of candidates) {
    if (seen.has(address)) continue;
    seen.add(address);
    records.push(addressRecord(name, ttl, address));
  }
  return records;
}

export interface ServiceRecords {
  readonly answers: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

/**
 * SRV records, priority 0, the weight shared by all candidates, with the addresses of their targets. `serviceName` is the
 * full name of the Service.
 */
export function serviceRecords(
  name: string,
  serviceName: string,
  ttl: number,
  candidates: readonly Candidate[],
  podNames: boolean,
): ServiceRecords {
  const weight = Math.max(1, Math.floor(100 / candidates.length));
  const answers = new Map<string, DnsRecord>();
  const additional = new Map<string, DnsRecord>();
  for (const { address, port, endpoint } of candidates) {
    if (port === null) continue;
    const target = endpoint === null ? serviceName : `${endpointName(endpoint, podNames)}.${serviceName}`;
    const data = `0 ${weight} ${port} ${target}.`;
    answers.set(data, { name, type: "SRV", ttl, address: null, data });
    additional.set(`${target} ${address}`, addressRecord(target, ttl, address));
  }
  return { answers: [...answers.values()], additional: [...additional.values()] };
}

export function pointerRecord(name: string, ttl: number, target: string): DnsRecord {
  return { name, type: "PTR", ttl, address: null, data: `${target}.` };
}

export function aliasRecord(name: string, ttl: number, target: string): DnsRecord {
  return { name, type: "CNAME", ttl, address: null, data: `${target}.` };
}

/** The version of the DNS specification that is implemented. */
export function versionRecord(name: string): DnsRecord {
  return { name, type: "TXT", ttl: VERSION_TTL, address: null, data: `"${VERSION}"` };
}

/** The SOA of denials; its minimum is the plugin's `ttl`, its serial the second of the newest change. */
export function startOfAuthority(zone: string, ttl: number, serial: number): DnsRecord {
  const suffix = zone === "" ? "" : `${zone}.`;
  return {
    name: zone,
    type: "SOA",
    ttl: Math.min(ttl, MAX_SOA_TTL),
    address: null,
    data: `ns.dns.${suffix} hostmaster.${suffix} ${serial} 7200 1800 86400 ${ttl}`,
  };
}
