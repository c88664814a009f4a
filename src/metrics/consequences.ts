/** The facts of a run by the churn event that is their root. One pass over all facts, however many events there were. */
import type { Micros } from "../engine/duration.js";
import { type FactId, type Facts, NO_FACT } from "../engine/facts.js";
import { FACT_KINDS } from "../model/trace.js";

/** A fact that has a churn event at its root, as far as stages need it. */
export interface RootedFact {
  readonly fact: FactId;
  readonly t: Micros;
  readonly kind: string;
  readonly object: string;
}

export class Consequences {
  private readonly roots: Int32Array;
  private readonly byEvent: ReadonlyMap<FactId, RootedFact[]>;

  /** `events`: the facts of the churn events that fired. */
  constructor(facts: Facts, events: readonly FactId[]) {
    this.roots = new Int32Array(facts.length);
    this.byEvent = new Map(events.map((event) => [event, []]));
    for (let fact = 0; fact < facts.length; fact++) {
      const parent = facts.parentOf(fact);
      // a parent's id is always lower, so its root is known
      const root = parent === NO_FACT ? fact : (this.roots[parent] as FactId);
      this.roots[fact] = root;
      const kind = FACT_KINDS[facts.kindOf(fact)]?.name ?? "";
      this.byEvent.get(root)?.push({ fact, t: facts.timeOf(fact), kind, object: facts.subjectOf(fact) });
    }
  }

  /** The fact at the root of a fact; NO_FACT for NO_FACT. */
  rootOf(fact: FactId): FactId {
    return this.roots[fact] ?? NO_FACT;
  }

  /** All facts whose root is this event, the event itself first. */
  of(event: FactId): readonly RootedFact[] {
    return this.byEvent.get(event) ?? [];
  }
}
