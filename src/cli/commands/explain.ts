/** `explain DIR`: the causal chain of failed requests as sentences with times. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { count } from "../input-options.js";
import { processTerminal } from "../terminal.js";

interface ExplainOptions {
  readonly request?: string;
  readonly event?: string;
  readonly top?: number;
  readonly run: number;
}

const DEFAULT_TOP = 5;

export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .description("why requests failed, as sentences with times")
    .argument("<folder>", "the results of a run")
    .addOption(new Option("--request <id>", "one request, e.g. 17 or users/17").conflicts(["event", "top"]))
    .addOption(new Option("--event <name>", "what a churn event led to").conflicts(["request", "top"]))
    .option("--top <n>", `the n largest groups of failures (default: ${DEFAULT_TOP})`, count(1_000_000))
    .option("--run <n>", "the repetition that is told of", runNumber, 0);
  command.action(async (directory: string, options: ExplainOptions) => {
    const [{ readExplainRows }, { explainEvent }, { explainRequest }, { explainTop }, text, results] =
      await Promise.all([
        import("../../report/explain/explain-rows.js"),
        import("../../report/explain/event.js"),
        import("../../report/explain/request.js"),
        import("../../report/explain/top.js"),
        import("../../report/explain/text.js"),
        import("../read-results.js"),
      ]);
    const { reading, readResult } = results;
    const files = {
      requests: readResult(directory, "requests.csv"),
      events: readResult(directory, "events.csv"),
      terminations: readResult(directory, "terminations.csv"),
    };
    const lines = reading(() => {
      const rows = readExplainRows(files, options.run);
      if (options.request !== undefined) return text.requestText(explainRequest(rows, options.request));
      if (options.event !== undefined) return text.eventText(explainEvent(rows, options.event));
      return text.topText(explainTop(rows, options.top ?? DEFAULT_TOP));
    });
    processTerminal(false).out(`${lines.join("\n")}\n`);
  });
}

function runNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be the number of a run, counting from 0.");
  return Number(text);
}
