/** `kubechurn bench failover`: how long each fault is felt, over seeds and settings. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../experiment/case.js";
import { failover } from "../experiment/failover.js";
import { failoverCsv, failoverPoints, failoverTable, lossLines } from "../experiment/failover-rows.js";
import { type Setting, settings, UnusableVariation } from "../experiment/settings.js";
import { withPreStop } from "../experiment/transformations/with-pre-stop.js";
import { benchPlot } from "../report/plot/bench-plot.js";
import { executeCases } from "./execute-cases.js";
import { CommandError } from "./exit.js";
import { DiskFiles } from "./files.js";
import { interruptible } from "./interrupt.js";
import { makeFolder } from "./make-folder.js";
import { openInput } from "./open-input.js";
import { progressLine } from "./progress.js";
import { reason } from "./results-folder.js";
import { explained } from "./run-scenario.js";
import type { Terminal } from "./terminal.js";
import { packagedFile } from "./version.js";

export interface BenchOptions {
  readonly seeds: number;
  /** Left out: as many threads as pay. */
  readonly jobs?: number;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly preStop: readonly number[];
  readonly output: string;
  readonly quiet?: true;
}

const CSV = "bench-failover.csv";
const FIGURE = "bench-failover.svg";

export async function benchFailover(
  files: readonly string[],
  options: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  const experiment = failover(benchScenarios(files, options, terminal), options.seeds);
  const staging = openStaging(options.output);
  const progress = progressLine(terminal, options.quiet ?? false);
  const signals = interruptible();
  const discard = (): void => rmSync(staging, { recursive: true, force: true });
  signals.onInterrupt(() => {
    discard();
    progress.clear();
  });
  try {
    const ended = await executeCases(experiment.cases, {
      jobs: options.jobs ?? null,
      rows: null,
      progress,
      signals,
    });
    const rows = experiment.conclude(ended.map(({ brief }) => brief));
    const title = `Failover over ${options.seeds} seeds`;
    const measure = "time from the event to the last failed request";
    writeFileSync(join(staging, CSV), failoverCsv(rows));
    writeFileSync(join(staging, FIGURE), benchPlot(failoverPoints(rows), { title, measure }));
    for (const name of [CSV, FIGURE]) renameSync(join(staging, name), join(options.output, name));
    progress.clear();
    const written = [CSV, FIGURE].map((name) => join(options.output, name));
    terminal.out(`${[...failoverTable(rows), "", ...lossLines(rows), "", ...written].join("\n")}\n`);
  } catch (error) {
    progress.clear();
    throw explained(error);
  } finally {
    discard();
    signals.release();
  }
}

/** Every scenario in every setting; of the shipped ones those in which something happens. */
function benchScenarios(
  files: readonly string[],
  options: BenchOptions,
  terminal: Terminal,
): Pick<Case, "label" | "scenario">[] {
  const shipped = files.length === 0;
  const paths = shipped ? new DiskFiles().list(packagedFile("scenarios")) : files;
  const wanted = readSettings(options);
  const cases = paths.flatMap((path) =>
    wanted.map(({ label, set, preStop }, index) => {
      const given = { file: [], set: [...options.set, ...set] };
      const seed = options.seed === undefined ? {} : { seed: options.seed };
      const told = index > 0 || options.quiet ? "none" : "all";
      const { scenario } = openInput([path], { ...given, ...seed }, terminal, told);
      return { label, scenario: preStop === null ? scenario : withPreStop(scenario, preStop) };
    }),
  );
  const eventful = cases.filter(({ scenario }) => scenario.churn.length > 0);
  if (eventful.length === 0)
    throw new CommandError("none of these scenarios has churn, so there is nothing to fail over from");
  return eventful;
}

function readSettings({ vary, preStop }: BenchOptions): Setting[] {
  try {
    return settings(vary, preStop);
  } catch (error) {
    throw error instanceof UnusableVariation ? new CommandError(error.message, error.hint) : error;
  }
}

/** A folder within the output, which shows that it can be written. */
function openStaging(output: string): string {
  try {
    makeFolder(output);
    return mkdtempSync(join(output, ".tmp-"));
  } catch (error) {
    throw new CommandError(`cannot write to ${output}: ${reason(error)}`, "choose another folder with -o");
  }
}
