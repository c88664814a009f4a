/** The verbs. Each registers itself; what it needs is loaded when it runs, so that `--help` answers at once. */
import { Command } from "commander";
import { addBench } from "./commands/bench.js";
import { addExplain } from "./commands/explain.js";
import { addPlot } from "./commands/plot.js";
import { addRun } from "./commands/run.js";
import { addSchema } from "./commands/schema.js";
import { addValidate } from "./commands/validate.js";
import { addVerify } from "./commands/verify.js";
import { version } from "./version.js";

const VERBS = [addRun, addValidate, addExplain, addPlot, addVerify, addBench, addSchema];

const EXIT_CODES = "Exit codes: 0 done, 1 internal error or difference, 2 bad usage or input, 130/143 interrupted.";

export function createProgram(): Command {
  const program = new Command("kubechurn")
    .description("Simulates Kubernetes service discovery under churn: which requests fail, and why.")
    .version(version(), "-V, --version", "print the version")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .helpOption("-h, --help", "print this")
    .showHelpAfterError("(--help lists verbs and options)")
    .addHelpText("after", `\n${EXIT_CODES}`)
    // Subcommands inherit this and the above when they are made.
    .exitOverride();
  for (const add of VERBS) add(program);
  return program;
}
