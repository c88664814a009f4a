/** `kubechurn bench failover`: how long each fault is felt, over seeds and settings. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../model/scenario.js";
import { benchPlot } from "../report/plot/bench-plot.js";
import { type BenchRow, benchCsv, benchPoints, benchTable, lossLines } from "./bench-rows.js";
import { type BenchSetting, benchSettings, withPreStop } from "./bench-settings.js";
import { drive } from "./drive.js";
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
  readonly seed?: string;
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly preStop: readonly number[];
  readonly output: string;
  readonly quiet?: true;
}

interface BenchCase {
  readonly scenario: Scenario;
  readonly setting: BenchSetting;
}

const CSV = "bench-failover.csv";
const FIGURE = "bench-failover.svg";

export async function benchFailover(
  files: readonly string[],
  options: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  const cases = benchCases(files, options, terminal);
  const staging = openStaging(options.output);
  const progress = progressLine(terminal, options.quiet ?? false);
  const signals = interruptible();
  const discard = (): void => rmSync(staging, { recursive: true, force: true });
  signals.onInterrupt(() => {
    discard();
    progress.clear();
  });
  try {
    const rows: BenchRow[] = [];
    for (const { scenario, setting } of cases) {
      for (let run = 0; run < options.seeds; run++) {
        const label = `${scenario.name} ${setting.label} ${run + 1}/${options.seeds}`;
        const record = await drive(scenario, run, label, progress);
        const labels = { scenario: scenario.name, setting: setting.label, run };
        rows.push(...record.failover.map((row) => ({ ...row, ...labels })));
      }
    }
    const title = `Failover over ${options.seeds} seeds`;
    const measure = "time from the event to the last failed request";
    writeFileSync(join(staging, CSV), benchCsv(rows));
    writeFileSync(join(staging, FIGURE), benchPlot(benchPoints(rows), { title, measure }));
    for (const name of [CSV, FIGURE]) renameSync(join(staging, name), join(options.output, name));
    progress.clear();
    const written = [CSV, FIGURE].map((name) => join(options.output, name));
    terminal.out(`${[...benchTable(rows), "", ...lossLines(rows), "", ...written].join("\n")}\n`);
  } catch (error) {
    progress.clear();
    throw explained(error);
  } finally {
    discard();
    signals.release();
  }
}

/** Every scenario in every setting; of the shipped ones those in which something happens. */
function benchCases(files: readonly string[], options: BenchOptions, terminal: Terminal): BenchCase[] {
  const shipped = files.length === 0;
  const paths = shipped ? new DiskFiles().list(packagedFile("scenarios")) : files;
  const settings = benchSettings(options.vary, options.preStop);
  const cases = paths.flatMap((path) =>
    settings.map((setting, index) => {
      const given = { file: [], set: [...options.set, ...setting.set] };
      const seed = options.seed === undefined ? {} : { seed: options.seed };
      const { scenario } = openInput([path], { ...given, ...seed }, terminal, index > 0 || (options.quiet ?? false));
      return { scenario: withPreStop(scenario, setting.preStop), setting };
    }),
  );
  const eventful = cases.filter(({ scenario }) => scenario.churn.length > 0);
  if (eventful.length === 0)
    throw new CommandError("none of these scenarios has churn, so there is nothing to fail over from");
  return eventful;
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
