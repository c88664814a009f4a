/** `validate FILE…`: everything that `run` would say about the input, nothing simulated, nothing written. */
import type { Command } from "commander";
import { addInputOptions } from "../input-options.js";
import { processTerminal } from "../terminal.js";
import type { ValidateOptions } from "../validate-scenario.js";

export function addValidate(program: Command): void {
  const command = program
    .command("validate")
    .description("check the input as run would, simulate nothing")
    .argument("<file...>", "a Scenario, Kubernetes manifests, or both; - is standard input")
    .option("-q, --quiet", "nothing but errors");
  addInputOptions(command).action(async (files: string[], options: ValidateOptions) => {
    const { validateScenario } = await import("../validate-scenario.js");
    validateScenario(files, options, processTerminal(false));
  });
}
