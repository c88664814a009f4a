/** Reads the folder of a run for verbs that come after it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CsvFile } from "../report/csv/read-table.js";
import { CommandError } from "./exit.js";
import { reason, scenarioOf } from "./results-folder.js";

/** A file of the folder; throws CommandError when it cannot be read. */
export function readResult(directory: string, file: string): CsvFile {
  const name = join(directory, file);
  try {
    return { name, text: readFileSync(name, "utf8") };
  } catch (error) {
    const hint = "name the folder that kubechurn run has written, for instance results/rolling-update";
    throw new CommandError(`cannot read ${name}: ${reason(error)}`, hint);
  }
}

/** Name of the scenario whose results the folder holds; throws CommandError when it holds none. */
export function resultScenario(directory: string): string {
  const summary = readResult(directory, "summary.json");
  const scenario = scenarioOf(summary.name);
  if (scenario === null) throw new CommandError(`${summary.name} is no summary of a run`, "run the scenario again");
  return scenario;
}

/** Runs `read`; what it throws about the content of files becomes a CommandError. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommandError || !(error instanceof Error) || error instanceof TypeError) throw error;
    throw new CommandError(error.message);
  }
}
