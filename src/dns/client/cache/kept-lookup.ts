/** What a cache needs to know about the result of a lookup. */
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { Lookup, PendingLookup } from "../../../model/dns.js";

/** The result as those get it who are served from a cache: they have asked nothing. */
export function servedFromCache(lookup: Lookup): Lookup {
  return { ...lookup, questions: 0, failedQuestions: 0, cached: true };
}

/** A lookup as those have it who wait for one that somebody else began. */
export function joined(pending: PendingLookup): PendingLookup {
  return { soFar: () => ({ ...pending.soFar(), questions: 0, failedQuestions: 0 }) };
}

export function hasAddresses(lookup: Lookup): boolean {
  return lookup.status === "ok" && lookup.addresses.length > 0;
}

/** A server has said that there is no such name, or no address for it: an answer, where a timeout or SERVFAIL is none. */
export function isDenial(lookup: Lookup): boolean {
  switch (lookup.status) {
    case "ok":
      return lookup.addresses.length === 0;
    case "EAI_NONAME":
    case "EAI_NODATA":
    case "ENOTFOUND":
    case "ENODATA":
      return !lookup.timedOut;
    default:
      return false;
  }
}

/** The lowest TTL of the deciding answer's records, or of its SOA when it has none; 0 without either. */
export function timeToLive({ answer }: Lookup): Micros {
  if (answer === null || answer === undefined) return 0;
  const records = answer.answers.length > 0 ? answer.answers : answer.authority;
  let lowest = Number.POSITIVE_INFINITY;
  for (const { ttl } of records) lowest = Math.min(lowest, ttl);
  return lowest === Number.POSITIVE_INFINITY ? 0 : lowest * SECOND;
}
