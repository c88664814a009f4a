/** Which rows of `failover.csv` a reader is shown: a target that an event did not reach says nothing about it. */
import type { FailoverRow } from "../model/result.js";

/** Rows of targets that an event reached; of an event that reached none, its first row. */
export function reachedTargets(failover: readonly FailoverRow[]): FailoverRow[] {
  const reached = new Set(failover.filter(isReached).map(({ event }) => event));
  const named = new Set<string>();
  return failover.filter((row) => {
    const shown = isReached(row) || !(reached.has(row.event) || named.has(row.event));
    named.add(row.event);
    return shown;
  });
}

/** Detection and the pods' state are the event's own, whoever the target is; what comes after them is the target's. */
function isReached({ slice, rulesLast, dnsLast, failedRequests }: FailoverRow): boolean {
  return failedRequests > 0 || [slice, rulesLast, dnsLast].some(Number.isFinite);
}
