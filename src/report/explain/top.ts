/** Which failures there were: groups of one cause, pod and client's node. */
import type { Micros } from "../../engine/duration.js";
import type { EventRow, RequestRow } from "../../model/result.js";
import type { ExplainRows } from "./explain-rows.js";
import { chainOf, indexFacts } from "./fact-chain.js";
import { explanationOf, type RequestExplanation } from "./request.js";

export interface FailureGroup {
  readonly first: RequestRow;
  readonly count: number;
  /** When the last of them was sent. */
  readonly last: Micros;
  /** The fact at the root of the first one's causes; null when none is known. */
  readonly root: EventRow | null;
}

export interface TopExplanation {
  /** Rows, and those that failed among them. */
  readonly requests: number;
  readonly failures: number;
  /** The largest ones first; of equals the earlier one. */
  readonly groups: readonly FailureGroup[];
  /** Groups that are not shown, and their failures. */
  readonly rest: { readonly groups: number; readonly failures: number };
  /** Of the first request of the largest group; null when nothing failed. */
  readonly worst: RequestExplanation | null;
}

/** The `limit` largest groups. */
export function explainTop(rows: ExplainRows, limit: number): TopExplanation {
  const failed = [...rows.requests].filter(({ outcome }) => outcome !== "ok");
  const facts = indexFacts(rows.events);
  const groups = groupsOf(failed).sort((x, y) => y.count - x.count || x.first.t - y.first.t);
  const shown = groups.slice(0, limit);
  const rest = groups.slice(limit);
  const worst = shown[0];
  return {
    requests: rows.requests.length,
    failures: failed.length,
    groups: shown.map((group) => ({ ...group, root: chainOf(facts, group.first.causeFact)[0] ?? null })),
    rest: { groups: rest.length, failures: rest.reduce((sum, { count }) => sum + count, 0) },
    worst: worst === undefined ? null : explanationOf(rows, facts, worst.first),
  };
}

function groupsOf(failed: readonly RequestRow[]): Omit<FailureGroup, "root">[] {
  const groups = new Map<string, { first: RequestRow; count: number; last: Micros }>();
  for (const request of failed) {
    const key = JSON.stringify([request.cause, request.endpointPod, request.clientNode]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: request, count: 1, last: request.t });
    else {
      group.count++;
      group.last = Math.max(group.last, request.t);
    }
  }
  return [...groups.values()];
}
