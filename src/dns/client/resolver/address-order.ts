/**
 * The order in which an application gets the addresses of a lookup. Libraries that apply rule 9 of RFC 6724 to IPv4 (old
 * releases of Go always, glibc within one subnet) put the address with the longest common prefix first, which pins a
 * client to one pod however the server shuffles.
 */
import type { Address } from "../../../model/address.js";
import type { AddressOrder, Lookup, Resolve } from "../../../model/dns.js";
import type { ReplyHandler } from "./resolver-process.js";

interface Ordered {
  readonly source: Address;
  readonly reply: ReplyHandler;
  readonly payload: unknown;
}

/** A resolver whose lookups have their addresses in `order`, as seen from `source`. */
export function withAddressOrder(order: AddressOrder, source: Address, resolve: Resolve): Resolve {
  if (order === "as-received") return resolve;
  return (name, reply, payload) => {
    const ordered: Ordered = { source, reply: reply as ReplyHandler, payload };
    return resolve(name, sorted, ordered);
  };
}

function sorted({ source, reply, payload }: Ordered, lookup: Lookup): void {
  reply(payload, lookup.addresses.length < 2 ? lookup : { ...lookup, addresses: byPrefix(lookup.addresses, source) });
}

/** Longest common prefix with `source` first; equally near addresses keep their order. */
export function byPrefix(addresses: readonly Address[], source: Address): readonly Address[] {
  return [...addresses].sort((x, y) => Math.clz32(y ^ source) - Math.clz32(x ^ source));
}
