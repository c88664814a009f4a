/** What a failed name look-up means for the request that needed it. */
import type { Lookup } from "../model/dns.js";
import type { Cause, Outcome } from "../model/outcome.js";

/** Null when the look-up gave an address in time. `late`: the request's own deadline had passed. */
export function failedLookup(
  lookup: Lookup,
  late: boolean,
): { readonly outcome: Outcome; readonly cause: Cause } | null {
  if (late) return { outcome: "dns-timeout", cause: "dns-unavailable" };
  switch (lookup.status) {
    case "ok":
      return lookup.addresses.length > 0 ? null : { outcome: "dns-nxdomain", cause: "no-ready-endpoints" };
    case "EAI_NONAME":
    case "EAI_NODATA":
    case "ENOTFOUND":
    case "ENODATA":
      return lookup.timedOut
        ? { outcome: "dns-nxdomain", cause: "dns-unavailable" }
        : { outcome: "dns-nxdomain", cause: "no-ready-endpoints" };
    case "EAI_AGAIN":
      return { outcome: lookup.timedOut ? "dns-timeout" : "dns-servfail", cause: "dns-unavailable" };
    case "ETIMEOUT":
      return { outcome: "dns-timeout", cause: "dns-unavailable" };
    case "ECONNREFUSED":
    case "ESERVFAIL":
    case "EREFUSED":
      return { outcome: "dns-servfail", cause: "dns-unavailable" };
    default:
      return lookup.status satisfies never;
  }
}
