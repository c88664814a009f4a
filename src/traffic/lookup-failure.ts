/** What a failed name look-up means for the request that needed it. */
import type { Lookup } from "../model/dns.js";
import type { Cause, Outcome } from "../model/outcome.js";

export interface LookupFailure {
  readonly outcome: Outcome;
  readonly cause: Cause;
}

/** The request had no answer by its own deadline. */
export const TOO_LATE: LookupFailure = { outcome: "dns-timeout", cause: "dns-unavailable" };

/** Null when the look-up gave an address. */
export function failedLookup(lookup: Lookup): LookupFailure | null {
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
    case "pending":
      return TOO_LATE;
    default:
      return lookup.status satisfies never;
  }
}
