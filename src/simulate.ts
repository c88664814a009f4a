/**
 * The only wiring: (scenario, seed) → a run. Read `assembly/cluster.ts` for the cluster, `assembly/run.ts` for its life.
 *
 * A run is synchronous and deterministic: the same scenario, seed and repetition give the same record on every machine.
 * `advance(maxEvents)` runs a piece and tells whether there is more; `finish()` gives the rows.
 */
import { ScenarioRun } from "./assembly/run.js";
import type { Micros } from "./engine/duration.js";
import type { RunRecord } from "./model/result.js";
import type { Scenario } from "./model/scenario.js";

export interface Run {
  /** Simulated time. */
  readonly now: Micros;
  /** Runs at most `maxEvents` events; true while there is more to run. Throws EventLimitError at the scenario's limit. */
  advance(maxEvents: number): boolean;
  /** The rows of a run that has ended. */
  finish(): RunRecord;
}

/** Starts a run of `scenario`; `run` numbers repetitions, each with its own substream of the seed. Default 0. */
export function simulate(scenario: Scenario, run = 0): Run {
  return new ScenarioRun(scenario, run);
}
