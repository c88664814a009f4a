/** Runs a simulation in pieces: between them signals have their turn and the progress line moves. */
import type { RunRecord } from "../model/result.js";
import type { Scenario } from "../model/scenario.js";
import { simulate } from "../simulate.js";
import { giveWay } from "./interrupt.js";
import type { Progress } from "./progress.js";

/** Events a piece: a few hundredths of a second. The result does not depend on it. */
const PIECE = 20_000;

export async function drive(scenario: Scenario, run: number, label: string, progress: Progress): Promise<RunRecord> {
  await giveWay();
  const simulation = simulate(scenario, run);
  let pieces = 0;
  while (simulation.advance(PIECE)) {
    pieces++;
    progress.show(label, simulation.now, scenario.duration, pieces * PIECE);
    await giveWay();
  }
  const record = simulation.finish();
  await giveWay();
  return record;
}
