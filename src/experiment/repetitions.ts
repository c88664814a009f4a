/** Several runs of one scenario: the repetition is the unit, for the requests of one rollout are correlated. */
import type { Scenario } from "../model/scenario.js";
import { groupedCount, neededSleepText, percentText, spanText } from "../report/figure-text.js";
import { textTable } from "../report/table.js";
import type { Brief } from "./case.js";
import type { Experiment } from "./experiment.js";
import { lossSentence } from "./loss-bound.js";
import { repeated } from "./transformations/repeated.js";

export interface Repetitions {
  readonly briefs: readonly Brief[];
  /** In how many of them requests failed. */
  readonly losing: number;
}

export function repetitions(scenario: Scenario, runs: number): Experiment<Repetitions> {
  return {
    cases: repeated([{ label: "", scenario }], runs),
    conclude: (briefs) => ({ briefs, losing: briefs.filter(({ totals }) => totals.failed > 0).length }),
  };
}

/** A line a run, the extremes and the bound below. */
export function repetitionTable({ briefs, losing }: Repetitions): string {
  const header = ["run", "requests", "failed", "ok", "worst margin", "preStop needed", "fingerprint"];
  const rows = briefs.map(({ run, totals, minSlack, requiredPreStop, fingerprint }) => [
    String(run),
    groupedCount(totals.requests),
    groupedCount(totals.failed),
    percentText(totals.ok, totals.requests),
    spanText(minSlack),
    neededSleepText(requiredPreStop),
    fingerprint,
  ]);
  const alignment = ["right", "right", "right", "right", "right", "right", "left"] as const;
  return [
    "",
    `All ${briefs.length} runs (what stands above is run 0)`,
    ...textTable([header, ...rows], alignment, "  "),
    `  ${lossSentence(briefs.length, losing, "runs")}`,
    "",
  ].join("\n");
}

/** For summary.json. */
export function repetitionObject({ run, totals, minSlack, requiredPreStop, fingerprint }: Brief) {
  const seconds = (time: number): number | null => (Number.isFinite(time) ? Math.round(time) / 1_000_000 : null);
  return {
    run,
    requests: totals.requests,
    failed: totals.failed,
    min_slack_s: seconds(minSlack),
    required_pre_stop_s: seconds(requiredPreStop),
    fingerprint,
  };
}
