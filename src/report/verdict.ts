/**
 * What `run` prints: warnings, what each event cost, why, by what margin, what that holds for, and where the details lie.
 * The first screen has at most 20 lines: what would be false without a passage that is left out stays the longest.
 */
import type { RunStory, Variant } from "../model/result.js";
import type { AssumptionInUse } from "../model/scenario.js";
import { type Paint, painter } from "./paint.js";
import { printable } from "./printable.js";
import { inFrontSentence, type Scope, scopeSentence } from "./scope.js";
import { ALWAYS, firstScreen, labelled, NEVER, type Passage, wholeScreen } from "./screen.js";
import { shellWord } from "./shell-word.js";
import { assumptionLines } from "./verdict-assumptions.js";
import { causeSentences, lossSentences, totalsSentence } from "./verdict-losses.js";
import { slackSentences } from "./verdict-slack.js";
import { failoverTable, lastingSentences, rolloutSentences, variantSentence, variantTable } from "./verdict-tables.js";
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
  /** Characters in a line. Left out: 100. */
  readonly width?: number;
  /** Everything, however long. Left out: the first screen. */
  readonly verbose?: boolean;
  /** What follow-up commands begin with. Left out: "kubechurn". */
  readonly program?: string;
}

const MOST_LINES = 20;
const MOST_TITLE_LINES = 2;
const WIDTH = 100;

/** From what would make the rest false to what is only of interest. */
const RANKS = {
  warning: 1,
  lasting: 2,
  loss: 3,
  entry: 4,
  cause: 5,
  slack: 6,
  rollout: 7,
  calm: 8,
  variants: 9,
  run: 10,
} as const;

interface Page {
  readonly record: RunStory;
  readonly variants: readonly Variant[];
  readonly extra: VerdictExtra;
  readonly width: number;
  readonly paint: Paint;
}

/** The whole text, lines of at most `width` characters (paths and tables aside), with a final line break. */
export function formatVerdict(record: RunStory, variants: readonly Variant[], extra: VerdictExtra): string {
  const { width = WIDTH, verbose = false } = extra;
  const page: Page = { record, variants, extra, width, paint: painter(extra.colour) };
  const passages = [...openingPassages(page), ...answerPassages(page), ...backgroundPassages(page)];
  const tail = tailPassages(page);
  const lines = verbose
    ? wholeScreen([...passages, ...tail])
    : firstScreen(passages, tail, MOST_LINES, (text) => labelled("more", `--verbose shows also: ${text}`, width));
  return `${lines.join("\n")}\n`;
}

function openingPassages({ record, extra, width, paint }: Page): Passage[] {
  const title = titleLines(record, width, extra.verbose === true);
  const inFront = inFrontSentence(extra.scope);
  return [
    always(title.map((line) => paint("bold", line))),
    ...[...extra.warnings, ...record.warnings].map((warning) =>
      passage(
        RANKS.warning,
        ["warning", "warnings"],
        wrap(printable(warning), width, "warning:  ").map((line) => paint("yellow", line)),
      ),
    ),
    ...(inFront === null ? [] : [always(labelled("", inFront, width).map((line) => paint("yellow", line)))]),
  ];
}

function titleLines({ description, scenario }: RunStory, width: number, whole: boolean): string[] {
  const lines = wrap(printable(description || scenario), width);
  if (whole || lines.length <= MOST_TITLE_LINES) return lines;
  const [shorter = ""] = wrap(lines[MOST_TITLE_LINES - 1] ?? "", width - 2);
  return [...lines.slice(0, MOST_TITLE_LINES - 1), `${shorter} …`];
}

/** What was lost by which event, in all, and why. */
function answerPassages({ record, width, paint }: Page): Passage[] {
  const losses = lossSentences(record);
  const largest = losses.map(({ failed }) => failed).sort((x, y) => y - x);
  return [
    ...lastingSentences(record).map((sentence) =>
      passage(RANKS.lasting, ["unfinished change", "unfinished changes"], labelled("not over", sentence, width)),
    ),
    ...losses.map(({ sentence, failed }) =>
      passage(
        failed === 0 ? RANKS.calm : RANKS.loss + largest.indexOf(failed) / (largest.length + 1),
        ["event", "events"],
        labelled("event", sentence, width),
      ),
    ),
    ...(record.entries.length < 2 ? [] : record.entries).map(({ traffic, totals }) => {
      const sentence = `${printable(traffic)}: ${totalsSentence(totals, paint)}`;
      return passage(RANKS.entry, ["traffic entry", "traffic entries"], labelled("entry", sentence, width));
    }),
    always(labelled("in all", totalsSentence(record.totals, paint), width)),
    ...proofSentences(record).map((sentence) => always(labelled("", sentence, width))),
    ...causeSentences(record).map((sentence, index, all) =>
      passage(RANKS.cause + index / all.length, ["cause", "causes"], labelled("why", sentence, width)),
    ),
  ];
}

/** What a run without failures proves. */
function proofSentences({ totals, minSlack }: RunStory): string[] {
  if (totals.failed > 0 || totals.requests === 0) return [];
  return [
    Number.isNaN(minSlack)
      ? "No pod was terminated while somebody sent to it: this run says nothing about rollouts or drains."
      : "One run proves little: no request happened to fall into a gap. The slack is what counts.",
  ];
}

function backgroundPassages(page: Page): Passage[] {
  const { record, variants, extra, width } = page;
  const table = variantTable(variants, INDENT);
  const variantLines = variants.length === 0 ? [] : labelled("otherwise", variantSentence(variants), width);
  const whole = extra.verbose === true && table.every((line) => [...line].length <= width);
  return [
    ...slackSentences(record, extra.scope).map((sentence) =>
      passage(RANKS.slack, ["sentence about slack", "sentences about slack"], labelled("slack", sentence, width)),
    ),
    ...rolloutSentences(record).map((sentence) =>
      passage(RANKS.rollout, ["rollout", "rollouts"], labelled("rollout", sentence, width)),
    ),
    ...(variants.length === 0
      ? []
      : [
          passage(
            RANKS.variants,
            ["run under other assumptions", "runs under other assumptions"],
            whole ? table : variantLines,
            variants.length,
          ),
        ]),
    always(labelled("scope", scopeSentence(extra.scope), width)),
    passage(RANKS.run, ["seed", "seeds"], labelled("run", runText(record), width)),
    ...verbosePassages(page),
  ];
}

function runText({ seed, kubernetesVersion, fingerprint }: RunStory): string {
  return `seed ${printable(seed)}, Kubernetes ${kubernetesVersion}, fingerprint ${fingerprint}`;
}

const INDENT = "  ";

/** What no first screen has. */
function verbosePassages({ record, extra, width, paint }: Page): Passage[] {
  const stages = failoverTable(record, INDENT);
  const assumed = assumptionLines(extra.assumptions, width, INDENT);
  return [
    ...extra.figures.map((figure) => passage(NEVER, ["figure", "figures"], [`plot      ${figure}`])),
    ...(record.failover.length === 0
      ? []
      : [passage(NEVER, ["table of stages", "tables of stages"], ["", paint("bold", STAGES_TITLE), ...stages])]),
    ...(assumed.count === 0
      ? []
      : [
          passage(
            NEVER,
            ["assumption", "assumptions"],
            ["", ...wrap(ASSUMED_TITLE, width).map((line) => paint("bold", line)), ...assumed.lines, ""],
            assumed.count,
          ),
        ]),
  ];
}

const STAGES_TITLE = "Failover: seconds from the event to its last effect on each stage";
const ASSUMED_TITLE = "Assumed: replace these guesses by your own, each with --set PATH=VALUE";

/** What a reader does next. */
function tailPassages({ record, extra }: Page): Passage[] {
  const { directory, program = "kubechurn" } = extra;
  if (directory === null) return [];
  const explain = `explain   ${program} explain ${shellWord(directory)} --top 5`;
  return [always([`results   ${directory}`, ...(record.totals.failed === 0 ? [] : [explain])])];
}

function always(lines: readonly string[]): Passage {
  return { rank: ALWAYS, noun: ["", ""], lines };
}

function passage(rank: number, noun: Passage["noun"], lines: readonly string[], count = 1): Passage {
  return { rank, noun, lines, count };
}
