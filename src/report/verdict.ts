/** What `run` prints: warnings, the answer, why, by what margin, how sure, and where the details lie. */
import { CAUSES } from "../model/outcome.js";
import type { RunStory, Variant } from "../model/result.js";
import type { AssumptionInUse } from "../model/scenario.js";
import { groupedCount, percentText, spanText } from "./figure-text.js";
import { type Paint, painter } from "./paint.js";
import { printable } from "./printable.js";
import { inFrontSentence, type Scope, scopeSentence } from "./scope.js";
import { slackSentences } from "./verdict-slack.js";
import { assumptionLines, failoverTable, rolloutSentences, variantLines } from "./verdict-tables.js";
import { wrap } from "./wrap.js";

export interface VerdictExtra {
  readonly assumptions: readonly AssumptionInUse[];
  /** What reading the input warned about; printed before the run's own warnings. */
  readonly warnings: readonly string[];
  /** Folder that holds the results; null when nothing was written. */
  readonly directory: string | null;
  /** What the figures hold for. */
  readonly scope: Scope;
  /** Figures that were written, as paths. */
  readonly figures: readonly string[];
  /** ANSI colours. */
  readonly colour: boolean;
}

const WIDTH = 100;
const INDENT = "  ";

/** The whole text, lines of at most 100 characters (paths aside), with a final line break. */
export function formatVerdict(record: RunStory, variants: readonly Variant[], extra: VerdictExtra): string {
  const paint = painter(extra.colour);
  const sections = [
    warningLines([...extra.warnings, ...record.warnings], paint),
    headline(record, extra.scope, paint),
    causeLines(record, paint),
    prose([scopeSentence(extra.scope)]),
    section("Slack", prose(slackSentences(record, extra.scope)), paint),
    section("The same run under other assumptions", variantLines(variants, WIDTH, INDENT), paint),
    section(
      "Failover: seconds from the event to its last effect on each stage",
      record.failover.length === 0 ? [] : failoverTable(record, INDENT),
      paint,
    ),
    section("Rollout", prose(rolloutSentences(record)), paint),
    section(
      "Assumed (guesses: replace them by your own, for instance --set cluster.latency.apiWrite=VALUE)",
      assumptionLines(extra.assumptions, WIDTH, INDENT),
      paint,
    ),
    whereLines(record, extra),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint("bold", title), ...lines];
}

function prose(sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) => wrap(sentence, WIDTH, INDENT));
}

function warningLines(warnings: readonly string[], paint: Paint): string[] {
  return warnings.flatMap((warning) =>
    wrap(printable(warning), WIDTH, "warning: ").map((line) => paint("yellow", line)),
  );
}

function headline(record: RunStory, scope: Scope, paint: Paint): string[] {
  const { totals } = record;
  const title = wrap(printable(record.description || record.scenario), WIDTH).map((line) => paint("bold", line));
  const inFront = inFrontSentence(scope);
  const churn = [
    ...(inFront === null ? [] : prose([inFront]).map((line) => paint("yellow", line))),
    ...prose(churnSentences(record)),
  ];
  const requests = `${groupedCount(totals.requests)} requests`;
  if (totals.requests === 0) return [...title, ...churn, `${INDENT}${paint("red", "no requests were sent")}`];
  if (totals.failed > 0) {
    const ok = `${percentText(totals.ok, totals.requests)} ok`;
    const failed = paint("red", `${groupedCount(totals.failed)} failed`);
    return [...title, ...churn, `${INDENT}${requests}, ${ok}, ${failed}${latencyText(record)}`];
  }
  const none = paint("green", `0 of ${requests} failed`);
  return [
    ...title,
    ...churn,
    `${INDENT}${none}${latencyText(record)}`,
    ...prose([
      Number.isNaN(record.minSlack)
        ? "No pod was terminated while somebody sent to it: this run says nothing about rollouts or drains."
        : "One run proves little: no request happened to fall into a gap. The slack is what counts.",
    ]),
  ];
}

function latencyText({ totals }: RunStory): string {
  if (!Number.isFinite(totals.latencyP50)) return "";
  return ` · latency p50 ${spanText(totals.latencyP50)}, p99 ${spanText(totals.latencyP99)}`;
}

/** One sentence for each churn event: "rollout of Deployment/default/web at 10.0 s". */
function churnSentences(record: RunStory): string[] {
  const seen = new Set<string>();
  return record.failover.flatMap((row) => {
    if (seen.has(row.event)) return [];
    seen.add(row.event);
    const object = row.object === "" ? "which selected nothing" : printable(row.object);
    return [`at ${spanText(row.t)}: ${printable(row.action)} ${object}`];
  });
}

function causeLines(record: RunStory, paint: Paint): string[] {
  const { causes } = record.totals;
  const figures = causes.map(({ count }) => groupedCount(count));
  const widest = figures.reduce((most, figure) => Math.max(most, figure.length), 0);
  const longest = causes.reduce((most, { cause }) => Math.max(most, cause.length), 0);
  const lines = causes.flatMap(({ cause }, index) => {
    const sentence = CAUSES.find(({ name }) => name === cause)?.sentence ?? "";
    return wrap(sentence, WIDTH, `${INDENT}${(figures[index] ?? "").padStart(widest)}  ${cause.padEnd(longest)}  `);
  });
  return section("Why they failed", lines, paint);
}

function whereLines(record: RunStory, extra: VerdictExtra): string[] {
  const run = `seed ${printable(record.seed)}, Kubernetes ${record.kubernetesVersion}, fingerprint ${record.fingerprint}`;
  const figures = extra.figures.map((figure) => `plot      ${figure}`);
  if (extra.directory === null) return [...figures, `run       ${run}`];
  const explain = record.totals.failed === 0 ? [] : [`explain   kubechurn explain ${extra.directory} --top 5`];
  return [...figures, `results   ${extra.directory}`, ...explain, `run       ${run}`];
}
