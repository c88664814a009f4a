/** `validate FILE…`: everything that `run` would say about the input, nothing simulated, nothing written. */
import type { Command } from "commander";
import { addInputOptions, type InputOptions } from "../input-options.js";
import { processTerminal } from "../terminal.js";

export function addValidate(program: Command): void {
  const command = program
    .command("validate")
    .description("check the input as run would, simulate nothing")
    .argument("<file...>", "a Scenario, Kubernetes manifests, or both; - is standard input")
    .option("-q, --quiet", "nothing but errors");
  addInputOptions(command).action(async (files: string[], options: InputOptions & { readonly quiet?: true }) => {
    const [{ openInput }, { countText }, { objectsOf }, { NAMED_WORKLOADS }] = await Promise.all([
      import("../open-input.js"),
      import("../diagnostics-text.js"),
      import("../../model/objects.js"),
      import("../../model/workload.js"),
    ]);
    const terminal = processTerminal(false);
    const { scenario, warnings } = openInput(files, options, terminal, options.quiet ?? false);
    if (options.quiet) return;
    const parts = [
      ...[...NAMED_WORKLOADS.map(({ kind }) => kind), "Service" as const].map((kind) =>
        countText(objectsOf(scenario.objects, kind).length, kind),
      ),
      scenario.traffic.length === 1 ? "1 traffic entry" : `${scenario.traffic.length} traffic entries`,
      countText(scenario.churn.length, "churn event"),
    ];
    terminal.out(
      `the scenario ${scenario.name} is valid: ${parts.join(", ")}; ${countText(warnings.length, "warning")}\n`,
    );
  });
}
