/** `schema`: the JSON Schema of a Scenario document, for editors. */
import type { Command } from "commander";
import { processTerminal } from "../terminal.js";

export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a Scenario document")
    .action(async () => {
      const { scenarioJsonSchema } = await import("../../scenario/json-schema.js");
      processTerminal(false).out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    });
}
