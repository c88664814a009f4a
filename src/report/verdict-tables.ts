/** The tables of a verdict: other behaviours, failover stages, rollouts. */
import type { RolloutStory, RunStory, Variant } from "../model/result.js";
import { ABSENT, groupedCount, momentText, neededSleepText, percentText, spanText } from "./figure-text.js";
import { fixedDecimal } from "./fixed-decimal.js";
import { printable } from "./printable.js";
import { reachedTargets } from "./reached-targets.js";
import { textTable } from "./table.js";

/** The same scenario at other settings in a sentence; a shorter one when nothing that is shown differs. */
export function variantSentence(variants: readonly Variant[]): string {
  const [first, ...others] = variants;
  if (first === undefined) return "";
  if (others.length > 0 && others.every((other) => sameAnswer(first, other))) {
    const labels = variants.map(({ label }) => printable(label)).join("; ");
    return `${labels}: the same ${groupedCount(first.totals.failed)} of ${groupedCount(first.totals.requests)} failed`;
  }
  const texts = variants.map(
    ({ label, totals }) =>
      `${printable(label)}: ${groupedCount(totals.failed)} of ${groupedCount(totals.requests)} failed`,
  );
  return texts.join("; ");
}

function sameAnswer(one: Variant, other: Variant): boolean {
  return (
    one.totals.failed === other.totals.failed &&
    one.totals.requests === other.totals.requests &&
    Object.is(one.minSlack, other.minSlack) &&
    Object.is(one.requiredPreStop, other.requiredPreStop)
  );
}

/** A line each. */
export function variantTable(variants: readonly Variant[], indent: string): string[] {
  const header = ["", "failed", "of", "ok", "worst margin", "preStop needed"];
  const rows = variants.map(({ label, totals, minSlack, requiredPreStop }) => [
    printable(label),
    groupedCount(totals.failed),
    groupedCount(totals.requests),
    percentText(totals.ok, totals.requests),
    spanText(minSlack),
    neededSleepText(requiredPreStop),
  ]);
  return textTable([header, ...rows], ["left", "right", "right", "right", "right", "right"], indent);
}

/** Stages of each churn event in seconds after it; with several entries those that felt it have a line each below the event. */
export function failoverTable({ failover }: RunStory, indent: string): string[] {
  const several = new Set(failover.map((row) => row.traffic)).size > 1;
  const rows: string[][] = [
    ["event", "detected", "API", "slices", "nodes p50", "p99", "last", "DNS", "loss", "failed"],
  ];
  let event = "";
  const shown = reachedTargets(failover);
  for (const row of shown) {
    if (several && row.event !== event) rows.push([shortened(printable(row.event))]);
    event = row.event;
    const stages = [row.detected, row.api, row.slice, row.rulesP50, row.rulesP99, row.rulesLast, row.dnsLast];
    rows.push([
      shortened(printable(several ? `→ ${row.traffic}` : row.event)),
      ...[...stages, row.lastFailure].map((delay) => fixedDecimal(delay / 10_000, 2) || ABSENT),
      groupedCount(row.failedRequests),
    ]);
  }
  const table = textTable(rows, ["left", ...Array.from({ length: 9 }, () => "right" as const)], indent);
  if (shown.length === failover.length) return table;
  return [...table, `${indent}Traffic that did not feel an event is left out: failover.csv has them.`];
}

/** Rollouts that ended. */
export function rolloutSentences({ rollouts }: RunStory): string[] {
  return rollouts
    .filter(({ duration }) => Number.isFinite(duration))
    .map((rollout) => `${printable(rollout.event)} took ${spanText(rollout.duration)}, ${peakText(rollout)}`);
}

/** Rollouts that had not finished, and targets that had not recovered, when the run ended. */
export function lastingSentences({ rollouts, failover, endedAt }: RunStory): string[] {
  const unfinished = rollouts
    .filter(({ duration }) => !Number.isFinite(duration))
    .map(
      (each) =>
        `${printable(each.event)} had not finished when the run ended at ${momentText(endedAt)}, ${peakText(each)}`,
    );
  const lasting = failover
    .filter((row) => !row.recovered)
    .map((row) => `${printable(row.target)} had not recovered from ${printable(row.event)} when the run ended`);
  return [...unfinished, ...new Set(lasting)];
}

function peakText({ peakPods }: RolloutStory): string {
  return `at most ${groupedCount(peakPods)} pods at once`;
}

/** The first column's share of a line of 100 characters. */
const NAME_WIDTH = 20;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= NAME_WIDTH ? text : `${characters.slice(0, NAME_WIDTH - 1).join("")}…`;
}
