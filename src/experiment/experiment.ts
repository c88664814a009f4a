/**
 * A question that takes several runs: the cases, and what follows from them.
 *
 * An experiment is data and a pure function; who runs its cases, where and in which order is not its business, so long as the
 * briefs come back in the order of the cases. The command line runs them on threads; `conduct` runs them here, piece by
 * piece, for whoever has one thread.
 */
import { simulate } from "../simulate.js";
import { type Brief, briefOf, type Case, distinctCases } from "./case.js";

export interface Experiment<Outcome> {
  readonly cases: readonly Case[];
  /** `briefs` in the order of `cases`. */
  conclude(briefs: readonly Brief[]): Outcome;
}

/** An experiment under way; advances like a single run. */
export interface ConductedExperiment<Outcome> {
  /** Cases that have ended. */
  readonly done: number;
  /** Runs at most `maxEvents` events of the current case; true while there is more to run. */
  advance(maxEvents: number): boolean;
  /** What follows from all cases; they must have ended. */
  finish(): Outcome;
}

export function conduct<Outcome>(experiment: Experiment<Outcome>): ConductedExperiment<Outcome> {
  const { cases, indices } = distinctCases(experiment.cases);
  const briefs: Brief[] = [];
  let run = begin(cases[0]);
  return {
    get done() {
      return briefs.length;
    },
    advance(maxEvents) {
      if (run === null) return false;
      if (run.advance(maxEvents)) return true;
      briefs.push(briefOf(run.finish()));
      run = begin(cases[briefs.length]);
      return run !== null;
    },
    finish() {
      if (briefs.length < cases.length) throw new Error(`${briefs.length} of ${cases.length} cases have ended`);
      return experiment.conclude(indices.map((index) => briefs[index] as Brief));
    },
  };
}

function begin(next: Case | undefined): ReturnType<typeof simulate> | null {
  return next === undefined ? null : simulate(next.scenario, next.run);
}
