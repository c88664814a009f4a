/** The tables of a verdict: other behaviours, failover stages, assumptions. */
import type { RunStory, Variant } from "../model/result.js";
import type { AssumptionInUse } from "../model/scenario.js";
import { ABSENT, groupedCount, momentText, neededSleepText, percentText, spanText } from "./figure-text.js";
import { fixedDecimal } from "./fixed-decimal.js";
import { printable } from "./printable.js";
import { reachedTargets } from "./reached-targets.js";
import { textTable } from "./table.js";
import { wrap } from "./wrap.js";

/** The same scenario at other settings, a line each; one sentence when nothing that is shown differs. */
export function variantLines(variants: readonly Variant[], width: number, indent: string): string[] {
  const [first, ...others] = variants;
  if (first === undefined) return [];
  if (others.length === 0 || others.some((other) => !sameAnswer(first, other))) return variantTable(variants, indent);
  const labels = variants.map(({ label }) => printable(label)).join("; ");
  const { failed, requests } = first.totals;
  return wrap(`${labels}: the same ${groupedCount(failed)} of ${groupedCount(requests)} failed.`, width, indent);
}

function sameAnswer(one: Variant, other: Variant): boolean {
  return (
    one.totals.failed === other.totals.failed &&
    one.totals.requests === other.totals.requests &&
    Object.is(one.minSlack, other.minSlack) &&
    Object.is(one.requiredPreStop, other.requiredPreStop)
  );
}

function variantTable(variants: readonly Variant[], indent: string): string[] {
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

/** Stages of each churn event in seconds after it; with several targets those that felt it have a line each below the event. */
export function failoverTable({ failover }: RunStory, indent: string): string[] {
  const several = new Set(failover.map((row) => row.target)).size > 1;
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
      shortened(printable(several ? `→ ${row.target}` : row.event)),
      ...[...stages, row.lastFailure].map((delay) => fixedDecimal(delay / 10_000, 2) || ABSENT),
      groupedCount(row.failedRequests),
    ]);
  }
  const table = textTable(rows, ["left", ...Array.from({ length: 9 }, () => "right" as const)], indent);
  if (shown.length === failover.length) return table;
  return [...table, `${indent}Targets that did not feel an event are left out: failover.csv has them.`];
}

/** Rollouts and events that a target had not recovered from, as sentences. */
export function rolloutSentences(record: RunStory): string[] {
  const finished = record.rollouts.map((rollout) => {
    const peak = `at most ${groupedCount(rollout.peakPods)} pods at once`;
    return Number.isFinite(rollout.duration)
      ? `${printable(rollout.event)} took ${spanText(rollout.duration)}, ${peak}.`
      : `${printable(rollout.event)} had not finished when the run ended at ${momentText(record.endedAt)}, ${peak}.`;
  });
  const lasting = record.failover
    .filter((row) => !row.recovered)
    .map((row) => `${printable(row.target)} had not recovered from ${printable(row.event)} when the run ended.`);
  return [...finished, ...lasting];
}

/**
 * Guesses that the user has not replaced, grouped by the beginning of their paths to stay short; then how many other
 * defaults stand beside them.
 */
export function assumptionLines(assumptions: readonly AssumptionInUse[], width: number, indent: string): string[] {
  const guesses = assumptions.filter((row) => row.isDefault && row.status === "assumed" && row.path !== "");
  const others = assumptions.filter((row) => row.isDefault).length - guesses.length;
  const groups = new Map<string, string[]>();
  for (const { path, value } of guesses) {
    const dot = path.lastIndexOf(".");
    const beginning = dot < 0 ? "" : `${path.slice(0, dot)}: `;
    const group = groups.get(beginning) ?? [];
    groups.set(beginning, [...group, `${path.slice(dot + 1)} = ${value}`]);
  }
  const lines = [...groups].flatMap(([beginning, settings]) =>
    wrap(printable(settings.join(" · ")), width, `${indent}${printable(beginning)}`, `${indent}  `),
  );
  if (others <= 0) return lines;
  const are = others === 1 ? "1 default that is" : `${others} defaults that are`;
  return [...lines, `${indent}and ${are} fixed, read or measured: see summary.json`];
}

/** The first column's share of a line of 100 characters. */
const NAME_WIDTH = 20;

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= NAME_WIDTH ? text : `${characters.slice(0, NAME_WIDTH - 1).join("")}…`;
}
