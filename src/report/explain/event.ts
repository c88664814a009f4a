/** What one churn event led to: its facts by kind, the terminations, the failed requests. */
import type { Micros } from "../../engine/duration.js";
import type { EventRow, TerminationRow } from "../../model/result.js";
import { printable } from "../printable.js";
import { type ExplainRows, NotInResults } from "./explain-rows.js";

export interface FactGroup {
  readonly kind: string;
  readonly count: number;
  readonly first: EventRow;
  readonly last: Micros;
}

export interface EventExplanation {
  readonly event: EventRow;
  /** By kind, in the order of their first facts' numbers. */
  readonly facts: readonly FactGroup[];
  /** How observers took the end of the pods that were deleted because of it, where a margin is known; the tightest first. */
  readonly terminations: readonly TerminationRow[];
  readonly failedRequests: number;
}

/** `name`: that of the event. Throws NotInResults when there is none. */
export function explainEvent(rows: ExplainRows, name: string): EventExplanation {
  const event = rows.events.find(({ kind, object }) => kind === "churn" && object === name);
  if (event === undefined) {
    throw new NotInResults(`the churn event ${printable(name)} is not in events.csv: ${held(rows)}`);
  }
  const facts = consequencesOf(rows.events, event);
  const failed = [...rows.requests].filter(({ outcome, causeFact }) => outcome !== "ok" && facts.has(causeFact));
  return {
    event,
    facts: factGroups(facts.values(), event),
    terminations: terminationsBecauseOf(rows, facts.values()),
    failedRequests: failed.length,
  };
}

/** The event and all facts that it is an ancestor of: causes are older than effects, so one pass in order finds them. */
function consequencesOf(events: readonly EventRow[], event: EventRow): Map<number, EventRow> {
  const found = new Map([[event.fact, event]]);
  for (const each of [...events].sort((x, y) => x.fact - y.fact)) {
    if (each.fact > event.fact && found.has(each.cause)) found.set(each.fact, each);
  }
  return found;
}

function factGroups(facts: Iterable<EventRow>, event: EventRow): FactGroup[] {
  const groups = new Map<string, { kind: string; count: number; first: EventRow; last: Micros }>();
  for (const fact of facts) {
    if (fact === event) continue;
    const group = groups.get(fact.kind);
    if (group === undefined) groups.set(fact.kind, { kind: fact.kind, count: 1, first: fact, last: fact.t });
    else {
      group.count++;
      group.last = Math.max(group.last, fact.t);
    }
  }
  return [...groups.values()];
}

function terminationsBecauseOf(rows: ExplainRows, facts: Iterable<EventRow>): TerminationRow[] {
  const deleted = new Set([...facts].filter(({ kind }) => kind === "deletion-requested").map(({ object }) => object));
  return rows.terminations
    .filter(({ pod, slack }) => deleted.has(`Pod/${pod}`) && !Number.isNaN(slack))
    .sort((x, y) => x.slack - y.slack);
}

function held({ events }: ExplainRows): string {
  const names = events.filter(({ kind }) => kind === "churn").map(({ object }) => printable(object));
  return names.length === 0 ? "it holds no churn" : `it holds ${[...new Set(names)].join(", ")}`;
}
