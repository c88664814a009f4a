/**
 * What a name below a zone of the kubernetes plugin means (CoreDNS 1.14.7, plugin/kubernetes/parse.go).
 * Underscores of ports and protocols are optional; names have been lower-cased by then.
 */
import { type Address, parseAddress } from "../../../model/address.js";
import { isBelow, longestZone } from "../../zone.js";

export type ParsedName =
  /** Not below the zone. */
  | { readonly kind: "outside" }
  /** The zone itself, `svc` or `pod`: exists, and has no addresses. */
  | { readonly kind: "empty" }
  /** No name that the plugin knows. */
  | { readonly kind: "invalid" }
  /** `dns-version`: has a text. */
  | { readonly kind: "version" }
  /** `<namespace>.svc` or `<namespace>.pod`. */
  | { readonly kind: "namespace"; readonly namespace: string; readonly pods: boolean }
  /** `<address with dashes>.<namespace>.pod`; null when the label is no address. */
  | { readonly kind: "pod"; readonly namespace: string; readonly address: Address | null }
  | ServiceName;

/** A name of a Service, of one of its endpoints or of one of its ports. `key` is "namespace/name". */
export type ServiceName =
  | { readonly kind: "service"; readonly namespace: string; readonly key: string }
  | { readonly kind: "endpoint"; readonly namespace: string; readonly key: string; readonly endpoint: string }
  | {
      readonly kind: "port";
      readonly namespace: string;
      readonly key: string;
      readonly port: string;
      readonly protocol: string;
    };

const OUTSIDE: ParsedName = { kind: "outside" };
const EMPTY: ParsedName = { kind: "empty" };
const INVALID: ParsedName = { kind: "invalid" };
const VERSION: ParsedName = { kind: "version" };

const REVERSE_ZONE = "in-addr.arpa";

/** Parses a full name without root dot. */
export function parseName(name: string, zone: string): ParsedName {
  if (!isBelow(name, zone)) return OUTSIDE;
  if (name.length === zone.length) return EMPTY;
  const labels = name.slice(0, zone === "" ? name.length : name.length - zone.length - 1).split(".");
  const type = labels.pop();
  if (type === "dns-version" && labels.length === 0) return VERSION;
  if (type !== "svc" && type !== "pod") return INVALID;
  const namespace = labels.pop();
  if (namespace === undefined) return EMPTY;
  const service = labels.pop();
  if (service === undefined) return { kind: "namespace", namespace, pods: type === "pod" };
  if (labels.length > 2) return INVALID;
  if (type === "pod") return { kind: "pod", namespace, address: parseAddress(service.replaceAll("-", ".")) };
  const key = `${namespace}/${service}`;
  const [first, second] = labels;
  if (first === undefined) return { kind: "service", namespace, key };
  if (second === undefined) return { kind: "endpoint", namespace, key, endpoint: first };
  return { kind: "port", namespace, key, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
}

/** Whether a zone holds names of addresses. */
export function isReverseZone(zone: string): boolean {
  return isBelow(zone, REVERSE_ZONE) || isBelow(zone, "ip6.arpa");
}

/** The address of 4.3.2.1.in-addr.arpa; null when the name is no whole IPv4 address. */
export function reverseAddress(name: string): Address | null {
  if (!isBelow(name, REVERSE_ZONE) || name.length === REVERSE_ZONE.length) return null;
  const labels = name.slice(0, -REVERSE_ZONE.length - 1).split(".");
  return parseAddress(labels.reverse().join("."));
}

function withoutUnderscore(label: string): string {
  return label.startsWith("_") ? label.slice(1) : label;
}

/** A name, and the zone of the plugin that it is below. */
export interface ZoneName {
  readonly zone: string;
  readonly parsed: ParsedName;
}

/** Names that the plugin was asked for, each parsed once. */
export class ZoneNames {
  private readonly known = new Map<string, ZoneName | null>();

  constructor(private readonly zones: readonly string[]) {}

  /** Null when the name is in none of the zones. */
  of(name: string): ZoneName | null {
    let found = this.known.get(name);
    if (found === undefined) {
      const zone = longestZone(name, this.zones);
      found = zone === null ? null : { zone, parsed: parseName(name, zone) };
      this.known.set(name, found);
    }
    return found;
  }
}
