/** How long each fault is felt, over settings and repetitions. */

import type { Case } from "./case.js";
import type { Experiment } from "./experiment.js";
import type { FailoverCaseRow } from "./failover-rows.js";
import { repeated } from "./transformations/repeated.js";

/** `settings` are scenarios with what sets them apart; each is run `runs` times. One row a churn event, target and run. */
export function failover(
  settings: readonly Pick<Case, "label" | "scenario">[],
  runs: number,
): Experiment<FailoverCaseRow[]> {
  const cases = repeated(settings, runs);
  return {
    cases,
    conclude: (briefs) =>
      briefs.flatMap((brief, index) => {
        const { label, scenario, run } = cases[index] as Case;
        return brief.failover.map((row) => ({ ...row, scenario: scenario.name, setting: label, run }));
      }),
  };
}
