#!/usr/bin/env node
/** The entry of `kubechurn`: arguments in, exit code out. */
import { CommanderError } from "commander";
import { debugging } from "./debugging.js";
import { AlreadyReported, CommandError, EXIT } from "./exit.js";
import { createProgram } from "./program.js";

async function main(given: readonly string[]): Promise<number> {
  const words = given.length === 0 ? ["--help"] : given;
  try {
    await createProgram().parseAsync(words, { from: "user" });
    return EXIT.done;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof AlreadyReported) return error.exitCode;
  if (error instanceof CommandError) {
    process.stderr.write(`error: ${error.message}\n${error.hint === "" ? "" : `  hint: ${error.hint}\n`}`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`internal error: ${message.split("\n")[0]}; this is a bug, please report it\n`);
  if (debugging() && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return EXIT.different;
}

/** A reader such as `head` that has seen enough is no error; the results are written before anything is printed. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.different);
});
/** Nobody is left to be told. */
process.stderr.on("error", () => undefined);

// The command line is bundled: stacks of what verbs load from here on name the lines of its sources.
if (debugging()) process.setSourceMapsEnabled(true);
process.exitCode = await main(process.argv.slice(2));
