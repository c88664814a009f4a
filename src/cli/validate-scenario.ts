/** `kubechurn validate`: everything that `run` would say about the input, then what it holds. */
import { objectsOf } from "../model/objects.js";
import { NAMED_WORKLOADS } from "../model/workload.js";
import { printable } from "../report/printable.js";
import { countText } from "./diagnostics-text.js";
import type { InputOptions } from "./input-options.js";
import { openInput } from "./open-input.js";
import type { Terminal } from "./terminal.js";

export interface ValidateOptions extends InputOptions {
  readonly quiet?: true;
}

export function validateScenario(files: readonly string[], options: ValidateOptions, terminal: Terminal): void {
  const { scenario, warnings } = openInput(files, options, terminal, options.quiet ? "none" : "all", true);
  if (options.quiet) return;
  const { name, objects, traffic, churn } = scenario;
  const kinds = [...NAMED_WORKLOADS.map(({ kind }) => kind), "Service" as const];
  const parts = [
    ...kinds.map((kind) => countText(objectsOf(objects, kind).length, kind)),
    traffic.length === 1 ? "1 traffic entry" : `${traffic.length} traffic entries`,
    countText(churn.length, "churn event"),
  ];
  const content = `${parts.join(", ")}; ${countText(warnings.length, "warning")}`;
  terminal.out(`the scenario ${printable(name)} is valid: ${content}\n`);
}
