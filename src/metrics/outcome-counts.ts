/** How the requests of one traffic entry behind the warm-up ended, and the totals of one entry or of several. */
import { CAUSES, type Cause, OUTCOMES, type Outcome } from "../model/outcome.js";
import type { Totals } from "../model/result.js";
import { type Latencies, quantileOfAll } from "./latencies.js";

export class OutcomeCounts {
  /** Most requests go well, so they are no entry of the map. */
  ok = 0;
  private readonly outcomes = new Map<Outcome, number>();
  private readonly causes = new Map<Cause, number>();

  failed(outcome: Outcome, cause: Cause | ""): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (cause !== "") this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
  }

  of(outcome: Outcome): number {
    return outcome === "ok" ? this.ok : (this.outcomes.get(outcome) ?? 0);
  }

  ofCause(cause: Cause): number {
    return this.causes.get(cause) ?? 0;
  }
}

/** What a bin of the timeline holds that totals are made of. */
export interface CountedBin {
  readonly latencies: Latencies;
  readonly counts: { readonly dnsQuestions: number; readonly dnsFailures: number };
}

/** `bins`: those behind the warm-up. */
export function totalsOf(counts: readonly OutcomeCounts[], bins: readonly CountedBin[]): Totals {
  const sum = (one: (each: OutcomeCounts) => number): number => counts.reduce((all, each) => all + one(each), 0);
  const outcomes = OUTCOMES.map((outcome) => ({ outcome, count: sum((each) => each.of(outcome)) }));
  const causes = CAUSES.map(({ name }) => ({ cause: name, count: sum((each) => each.ofCause(name)) }));
  const requests = outcomes.reduce((all, { count }) => all + count, 0);
  const ok = sum((each) => each.ok);
  const latencies = bins.map((bin) => bin.latencies);
  return {
    requests,
    ok,
    failed: requests - ok,
    outcomes: outcomes.filter(({ count }) => count > 0),
    causes: causes.filter(({ count }) => count > 0),
    latencyP50: quantileOfAll(latencies, 0.5),
    latencyP90: quantileOfAll(latencies, 0.9),
    latencyP99: quantileOfAll(latencies, 0.99),
    latencyMax: quantileOfAll(latencies, 1),
    dnsQuestions: bins.reduce((all, bin) => all + bin.counts.dnsQuestions, 0),
    dnsFailures: bins.reduce((all, bin) => all + bin.counts.dnsFailures, 0),
  };
}
