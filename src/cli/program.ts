/** The verbs. Each registers itself; what it needs is loaded when it runs, so that `--help` answers at once. */
import { Command } from "commander";
import { addRun } from "./commands/run.js";
import { version } from "./version.js";

export function createProgram(): Command {
  const program = new Command("kubechurn")
    .description("Simulates Kubernetes service discovery under churn: which requests fail, and why.")
    .version(version(), "-V, --version", "print the version")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .helpOption("-h, --help", "print this")
    .showHelpAfterError("(kubechurn --help lists verbs and options)")
    .showSuggestionAfterError()
    .addHelpText("after", "\nExit codes: 0 done, 1 internal error or difference, 2 bad usage or input, 130/143 interrupted.");
  // Subcommands take over exitOverride and the settings above when they are made.
  program.exitOverride();
  for (const add of [addRun]) add(program);
  return program;
}
