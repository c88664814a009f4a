/** Rows of `events.csv`: the facts of a run. */
import type { Facts } from "../engine/facts.js";
import type { EventRow } from "../model/result.js";
import { FACT_KINDS } from "../model/trace.js";
import type { Fingerprint } from "./fingerprint.js";

export function eventRows(facts: Facts): EventRow[] {
  const rows: EventRow[] = [];
  for (let fact = 0; fact < facts.length; fact++) {
    rows.push({
      fact,
      t: facts.timeOf(fact),
      component: facts.componentOf(fact),
      kind: FACT_KINDS[facts.kindOf(fact)]?.name ?? "",
      object: facts.subjectOf(fact),
      detail: facts.objectOf(fact),
      cause: facts.parentOf(fact),
    });
  }
  return rows;
}

/** Takes all facts into a fingerprint, in their order. */
export function fingerprintFacts(fingerprint: Fingerprint, facts: Facts): void {
  for (let fact = 0; fact < facts.length; fact++) {
    fingerprint.number(facts.timeOf(fact));
    fingerprint.number(facts.kindOf(fact));
    fingerprint.number(facts.parentOf(fact));
    fingerprint.text(facts.subjectOf(fact));
  }
}
