/** `kubechurn run`: simulate, write the results, print the verdict. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunRecord, Variant } from "../model/result.js";
import { summaryObject } from "../report/summary.js";
import { formatVerdict } from "../report/verdict.js";
import { resolvedYaml } from "../scenario/resolved-document.js";
import { drive } from "./drive.js";
import { CommandError } from "./exit.js";
import type { InputOptions } from "./input-options.js";
import { interruptible } from "./interrupt.js";
import { type OpenInput, openInput } from "./open-input.js";
import { type Progress, progressLine } from "./progress.js";
import { type Repetition, repetitionObject, repetitionOf, repetitionTable } from "./repetitions.js";
import { defaultFolder, openResultsFolder, type ResultsFolder, reason } from "./results-folder.js";
import type { Terminal } from "./terminal.js";
import { type Timing, timingLine, timingOf, writeTiming } from "./timing.js";
import { plannedVariants, variantOf } from "./variants.js";
import { version } from "./version.js";
import { appendRows, FIGURES, writeFigures } from "./write-results.js";

export interface RunOptions extends InputOptions {
  readonly output?: string;
  readonly runs: number;
  readonly json?: true;
  readonly quiet?: true;
  readonly force?: true;
  readonly timing?: string;
  /** False with `--no-variants`. */
  readonly variants: boolean;
}

interface Story {
  readonly record: RunRecord;
  readonly variants: readonly Variant[];
  readonly repetitions: readonly Repetition[];
  readonly timing: Timing;
}

export async function runScenario(files: readonly string[], options: RunOptions, terminal: Terminal): Promise<void> {
  const quiet = options.quiet ?? false;
  const input = openInput(files, options, terminal, quiet);
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
    const story = await tell(input, options, folder, progress);
    const summary = summaryText(story, input);
    await writeRest(folder, story, input, summary);
    progress.clear();
    terminal.out(options.json ? summary : verdictText(story, input, directory, terminal));
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

/** All runs, then the variants of the first. Rows go to the disk run by run: only the first is kept. */
async function tell(
  { scenario }: OpenInput,
  options: RunOptions,
  folder: ResultsFolder,
  progress: Progress,
): Promise<Story> {
  const began = performance.now();
  let events = 0;
  let simulated = 0;
  let first: RunRecord | null = null;
  const repetitions: Repetition[] = [];
  for (let run = 0; run < options.runs; run++) {
    const label = options.runs === 1 ? "simulating" : `run ${run + 1} of ${options.runs}`;
    const record = await drive(scenario, run, label, progress);
    await appendRows(folder.staging, record);
    first ??= record;
    events += record.dispatchedEvents;
    simulated += record.endedAt;
    repetitions.push(repetitionOf(record));
  }
  const record = first as RunRecord;
  const timing = timingOf(performance.now() - began, events, simulated);
  const variants: Variant[] = [];
  for (const planned of options.variants ? plannedVariants(scenario) : []) {
    const other = planned.scenario === null ? record : await drive(planned.scenario, 0, planned.label, progress);
    variants.push(variantOf(planned, other));
  }
  return { record, variants, repetitions, timing };
}

function summaryText({ record, variants, repetitions }: Story, { scenario, inputs, warnings }: OpenInput): string {
  const extra = { assumptions: scenario.assumptions, inputs, version: version(), warnings };
  const summary = summaryObject(record, variants, extra);
  const all = repetitions.length === 1 ? summary : { ...summary, repetitions: repetitions.map(repetitionObject) };
  return `${JSON.stringify(all, null, 2)}\n`;
}

async function writeRest(folder: ResultsFolder, { record }: Story, { resolved }: OpenInput, summary: string) {
  writeFileSync(join(folder.staging, "summary.json"), summary);
  writeFileSync(join(folder.staging, "scenario.resolved.yaml"), resolvedYaml(resolved));
  writeFigures(folder.staging, record);
  folder.swapIn();
}

function verdictText(
  story: Story,
  { scenario, loudWarnings }: OpenInput,
  directory: string,
  terminal: Terminal,
): string {
  const verdict = formatVerdict(story.record, story.variants, {
    assumptions: scenario.assumptions,
    warnings: loudWarnings,
    directory,
    figures: FIGURES.map((name) => join(directory, name)),
    colour: terminal.colour,
  });
  return story.repetitions.length === 1 ? verdict : verdict + repetitionTable(story.repetitions);
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
