/** `bench failover [FILE…]`: failover latency over seeds and settings, as table, CSV and figure. */
import { type Command, InvalidArgumentError } from "commander";
import type { BenchOptions } from "../bench-failover.js";
import { collect, count, JOBS_OPTION } from "../input-options.js";
import { processTerminal } from "../terminal.js";

const MOST_SEEDS = 100_000;

export function addBench(program: Command): void {
  const bench = program.command("bench").description("measure over many seeds");
  bench
    .command("failover")
    .description("how long each fault is felt, over seeds and settings")
    .argument("[file...]", "scenarios, each on its own (default: the shipped ones in which something happens)")
    .option("--seeds <n>", "runs of each scenario and setting", count(MOST_SEEDS), 20)
    .option("--seed <seed>", "seed that all runs descend from")
    .option("--set <path=value>", "change the scenarios below spec (repeatable)", collect, [])
    .option("--vary <path=a,b>", "compare values of a setting (repeatable: all combinations)", collect, [])
    .option("--pre-stop <a,b>", "compare preStop sleeps in seconds, e.g. 0,1,2,5", sleeps, [])
    .option(...JOBS_OPTION)
    .option("-o, --output <folder>", "where the results go", "results/bench-failover")
    .option("-q, --quiet", "nothing on stderr but errors")
    .action(async (files: string[], options: BenchOptions) => {
      const { benchFailover } = await import("../bench-failover.js");
      await benchFailover(files, options, processTerminal(false));
    });
}

function sleeps(text: string): number[] {
  const values = text.split(",");
  if (!values.every((value) => /^\d{1,6}$/.test(value))) {
    throw new InvalidArgumentError("It must be whole seconds between commas, for instance 0,1,2,5.");
  }
  return values.map(Number);
}
