/** `kubechurn run`: simulate, write the results, print the verdict. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Repetitions, repetitionObject, repetitions, repetitionTable } from "../experiment/repetitions.js";
import { variants } from "../experiment/variants.js";
import type { RunStory, Variant } from "../model/result.js";
import { FIGURES } from "../report/plot/figures.js";
import { scopeOf } from "../report/scope.js";
import { summaryObject } from "../report/summary.js";
import { formatVerdict } from "../report/verdict.js";
import { resolvedYaml } from "../scenario/resolved-document.js";
import { executeCases } from "./execute-cases.js";
import { CommandError } from "./exit.js";
import type { InputOptions } from "./input-options.js";
import { type Interruptible, interruptible } from "./interrupt.js";
import { thisInvocation } from "./invocation.js";
import { type OpenInput, openInput } from "./open-input.js";
import { type Progress, progressLine } from "./progress.js";
import { defaultFolder, openResultsFolder, type ResultsFolder, reason } from "./results-folder.js";
import { RowParts } from "./row-parts.js";
import type { Terminal } from "./terminal.js";
import { type Timing, timingLine, timingOf, writeTiming } from "./timing.js";
import { version } from "./version.js";

export interface RunOptions extends InputOptions {
  readonly output?: string;
  readonly runs: number;
  /** Left out: as many threads as pay. */
  readonly jobs?: number;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly force?: true;
  readonly timing?: string;
  /** False with `--no-variants`. */
  readonly variants: boolean;
}

interface Story {
  readonly first: RunStory;
  readonly variants: readonly Variant[];
  readonly repetitions: Repetitions;
  readonly timing: Timing;
}

export async function runScenario(files: readonly string[], options: RunOptions, terminal: Terminal): Promise<void> {
  const quiet = options.quiet ?? false;
  const told = options.json ? "all" : "beside a verdict";
  const input = openInput(files, options, terminal, quiet ? "none" : told);
  const { scenario } = input;
  const directory = options.output ?? defaultFolder(scenario.name);
  const folder = openResultsFolder(directory, scenario.name, options.force ?? false);
  const progress = progressLine(terminal, quiet);
  const signals = interruptible();
  signals.onInterrupt(() => {
    folder.discard();
    progress.clear();
  });
  try {
    const story = await tell(input, options, folder, progress, signals);
    const summary = summaryText(story, input);
    writeRest(folder, input, summary);
    progress.clear();
    terminal.out(options.json ? summary : verdictText(story, input, directory, terminal, options));
    if (!quiet) terminal.err(timingLine(story.timing));
    if (options.timing !== undefined) writeTiming(options.timing, story.timing);
  } catch (error) {
    progress.clear();
    throw explained(error);
  } finally {
    folder.discard();
    signals.release();
  }
}

/** All runs and the variants of the first. Rows go to the disk run by run. */
async function tell(
  { scenario }: OpenInput,
  options: RunOptions,
  folder: ResultsFolder,
  progress: Progress,
  signals: Interruptible,
): Promise<Story> {
  const began = performance.now();
  const repeated = repetitions(scenario, options.runs);
  const other = options.variants ? variants(scenario) : null;
  const ended = await executeCases([...repeated.cases, ...(other?.cases ?? [])], {
    jobs: options.jobs ?? null,
    rows: new RowParts(folder.staging, options.runs),
    progress,
    signals,
  });
  const briefs = ended.map(({ brief }) => brief);
  return {
    first: ended[0]?.story as RunStory,
    variants: other?.conclude(briefs.slice(options.runs)) ?? [],
    repetitions: repeated.conclude(briefs.slice(0, options.runs)),
    timing: timingOf(performance.now() - began, new Set(briefs)),
  };
}

function summaryText({ first, variants, repetitions }: Story, { scenario, inputs, warnings }: OpenInput): string {
  const extra = { assumptions: scenario.assumptions, inputs, version: version(), warnings, scope: scopeOf(scenario) };
  const summary = summaryObject(first, variants, extra);
  const { briefs } = repetitions;
  const all = briefs.length === 1 ? summary : { ...summary, repetitions: briefs.map(repetitionObject) };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function writeRest(folder: ResultsFolder, { resolved }: OpenInput, summary: string): void {
  writeFileSync(join(folder.staging, "summary.json"), summary);
  writeFileSync(join(folder.staging, "scenario.resolved.yaml"), resolvedYaml(resolved));
  folder.swapIn();
}

function verdictText(
  story: Story,
  { scenario, loudWarnings }: OpenInput,
  directory: string,
  { colour, width }: Terminal,
  { verbose }: Pick<RunOptions, "verbose">,
): string {
  const verdict = formatVerdict(story.first, story.variants, {
    assumptions: scenario.assumptions,
    warnings: loudWarnings,
    scope: scopeOf(scenario),
    directory,
    figures: FIGURES.map(({ name }) => join(directory, name)),
    colour,
    width,
    verbose: verbose === true,
    program: thisInvocation(),
  });
  return story.repetitions.briefs.length === 1 ? verdict : verdict + repetitionTable(story.repetitions);
}

/** Errors that a user can mend, as such. */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === "EventLimitError") {
    const hint = "raise it with --set limits.events=N, or shorten the run with --set duration=60s";
    return new CommandError(error.message, hint);
  }
  return "syscall" in error ? new CommandError(`cannot write the results: ${reason(error)}`) : error;
}
