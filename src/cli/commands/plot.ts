/** `plot DIR`: draws the figures of a run again from its CSV files. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { CommandError } from "../exit.js";
import { count } from "../input-options.js";
import { processTerminal } from "../terminal.js";

export function addPlot(program: Command): void {
  program
    .command("plot")
    .description("draw timeline.svg and failover.svg from a run's CSV files")
    .argument("<folder>", "the results of a run")
    .option("-o, --output <folder>", "where the figures go (default: the same folder)")
    .option(
      "--run <n>",
      "the repetition that is drawn, counting from 0",
      (text) => (text === "0" ? 0 : count(1e9)(text)),
      0,
    )
    .action(async (directory: string, options: { readonly output?: string; readonly run: number }) => {
      const [{ readPlotRows }, { FIGURES }, { writeFigures }, results, { reason }] = await Promise.all([
        import("../../report/plot/plot-rows.js"),
        import("../../report/plot/figures.js"),
        import("../write-results.js"),
        import("../read-results.js"),
        import("../results-folder.js"),
      ]);
      const { reading, readResult, resultScenario } = results;
      const scenario = resultScenario(directory);
      const files = {
        timeline: readResult(directory, "timeline.csv"),
        failures: readResult(directory, "failures.csv"),
        endpoints: readResult(directory, "endpoints.csv"),
        failover: readResult(directory, "failover.csv"),
      };
      const rows = reading(() => readPlotRows(scenario, files, options.run));
      const output = options.output ?? directory;
      try {
        mkdirSync(output, { recursive: true });
        writeFigures(output, rows);
      } catch (error) {
        if (!(error instanceof Error && "syscall" in error)) throw error;
        throw new CommandError(`cannot write to ${output}: ${reason(error)}`, "choose another folder with -o");
      }
      processTerminal(false).out(FIGURES.map(({ name }) => `${join(output, name)}\n`).join(""));
    });
}
