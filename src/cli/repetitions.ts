/** Several runs of one scenario: the repetition is the unit, for the requests of one rollout are correlated. */
import type { RunRecord } from "../model/result.js";
import { groupedCount, percentText, sleepText, spanText } from "../report/figure-text.js";
import { fixedDecimal } from "../report/fixed-decimal.js";
import { textTable } from "../report/table.js";

/** What is kept of a run besides its rows. */
export interface Repetition {
  readonly run: number;
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly minSlack: number;
  readonly requiredPreStop: number;
  readonly fingerprint: string;
}

export function repetitionOf(record: RunRecord): Repetition {
  const { run, totals, minSlack, requiredPreStop, fingerprint } = record;
  const { requests, ok, failed } = totals;
  return { run, requests, ok, failed, minSlack, requiredPreStop, fingerprint };
}

/**
 * Largest probability of loss that `runs` runs without one still allow at 95 %: 1 − 0.05^(1/n), and what that means in
 * words. 20 runs: below 14 %.
 */
export function lossBound(runs: number): number {
  return 1 - 0.05 ** (1 / runs);
}

/** "none lost in 20 seeds: a run loses requests with a probability below 14 % at 95 %" or how many did. */
export function lossSentence(runs: number, losing: number, noun: string): string {
  if (losing > 0) return `requests lost in ${losing} of ${runs} ${noun}`;
  return `none lost in ${runs} ${noun}: below ${fixedDecimal(Math.ceil(lossBound(runs) * 1_000), 1)} % at 95 %`;
}

/** A line a run, the extremes and the bound below. */
export function repetitionTable(repetitions: readonly Repetition[]): string {
  const header = ["run", "requests", "failed", "ok", "worst margin", "preStop needed", "fingerprint"];
  const rows = repetitions.map((each) => [
    String(each.run),
    groupedCount(each.requests),
    groupedCount(each.failed),
    percentText(each.ok, each.requests),
    spanText(each.minSlack),
    each.requiredPreStop === 0 ? "none" : sleepText(each.requiredPreStop),
    each.fingerprint,
  ]);
  const losing = repetitions.filter(({ failed }) => failed > 0).length;
  const alignment = ["right", "right", "right", "right", "right", "right", "left"] as const;
  return [
    "",
    `All ${repetitions.length} runs (what stands above is run 0)`,
    ...textTable([header, ...rows], alignment, "  "),
    `  ${lossSentence(repetitions.length, losing, "runs")}`,
    "",
  ].join("\n");
}

/** For summary.json. */
export function repetitionObject({ run, requests, failed, minSlack, requiredPreStop, fingerprint }: Repetition) {
  const seconds = (time: number): number | null => (Number.isFinite(time) ? Math.round(time) / 1_000_000 : null);
  return {
    run,
    requests,
    failed,
    min_slack_s: seconds(minSlack),
    required_pre_stop_s: seconds(requiredPreStop),
    fingerprint,
  };
}
