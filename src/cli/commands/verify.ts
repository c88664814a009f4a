/** `verify FILE…`: runs in fresh processes and names the first row that differs. */
import type { Command } from "commander";
import { addInputOptions, count } from "../input-options.js";
import { processTerminal } from "../terminal.js";
import type { VerifyOptions } from "../verify-scenario.js";

const MOST_RUNS = 100_000;

export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .description("run twice in fresh processes: the results must be the same bytes")
    .argument("<file...>", "as for run")
    .option("--against <folder>", "compare one fresh run with these results")
    .option("--node <binary>", "another Node for the second run")
    .option("--runs <n>", "repetitions", count(MOST_RUNS), 1);
  addInputOptions(command).action(async (files: string[], options: VerifyOptions) => {
    const { verifyScenario } = await import("../verify-scenario.js");
    await verifyScenario(files, options, processTerminal(false));
  });
}
