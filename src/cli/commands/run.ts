/** `run FILE…`: simulate, write the results, print the verdict. */
import type { Command } from "commander";
import { addInputOptions, count, JOBS_OPTION } from "../input-options.js";
import type { RunOptions } from "../run-scenario.js";
import { processTerminal } from "../terminal.js";

const MOST_RUNS = 100_000;

export function addRun(program: Command): void {
  const command = program
    .command("run")
    .description("simulate, write the results, print the verdict")
    .argument("<file...>", "a Scenario, Kubernetes manifests, or both; - is standard input")
    .option("-o, --output <folder>", "where the results go (default: results/NAME)")
    .option("--runs <n>", "repetitions, each with its own randomness", count(MOST_RUNS), 1)
    .option(...JOBS_OPTION)
    .option("--force", "overwrite the results of another scenario; other files are kept")
    .option("--no-variants", "leave out the same run under other assumptions")
    .option("--timing <file>", "write what the run cost as JSON")
    .option("--json", "print the summary as JSON instead of the verdict")
    .option("--verbose", "everything, not the first screen only: stages, assumptions and how to change them")
    .option("-q, --quiet", "nothing on stderr but errors");
  addInputOptions(command).action(async (files: string[], options: RunOptions) => {
    const { runScenario } = await import("../run-scenario.js");
    await runScenario(files, options, processTerminal(command.optsWithGlobals().color !== false));
  });
}
