/** From arguments to a scenario, with everything that is to be said about the input on stderr. */
import type { Scenario } from "../model/scenario.js";
import { printable } from "../report/printable.js";
import { type Diagnostic, Report } from "../scenario/diagnostic.js";
import { readDocuments } from "../scenario/documents/source-document.js";
import { type OpenedScenario, openScenario } from "../scenario/open.js";
import type { ResolvedDocument } from "../scenario/resolved-document.js";
import { countText, diagnosticsText, warningText } from "./diagnostics-text.js";
import { AlreadyReported } from "./exit.js";
import { DiskFiles } from "./files.js";
import { type InputOptions, quickOptions } from "./input-options.js";
import type { Terminal } from "./terminal.js";

export interface OpenInput {
  readonly scenario: Scenario;
  readonly resolved: ResolvedDocument;
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Warnings that would change the verdict. */
  readonly loudWarnings: readonly string[];
  readonly warnings: readonly string[];
}

/** Which warnings are told on stderr: all, those that no verdict repeats on stdout, or none. */
export type ToldWarnings = "all" | "beside a verdict" | "none";

/** Opens the scenario of `files`; throws AlreadyReported (exit code 2) after all errors are told. */
export function openInput(
  files: readonly string[],
  options: InputOptions,
  terminal: Terminal,
  told: ToldWarnings,
  check = false,
): OpenInput {
  const disk = new DiskFiles();
  const report = new Report();
  const quick = quickOptions(options);
  const set = [...options.set, ...(options.observe === undefined ? [] : [`observe=${options.observe}`])];
  const opened = openScenario(
    disk,
    {
      files,
      check,
      manifests: options.file,
      strict: options.strict ?? false,
      set,
      ...(options.sigterm === undefined ? {} : { onSigterm: options.sigterm }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(quick === null ? {} : { quick }),
    },
    report,
  );
  if (quick !== null) refuseBesideDocument(opened, report);
  const found = report.sorted();
  const { scenario, resolved } = opened;
  if (scenario === null || resolved === null || report.failed) {
    const errors = found.filter(({ severity }) => severity === "error").length;
    terminal.err(`${diagnosticsText(found, opened.inputs)}${countText(errors, "error")}: nothing was simulated\n`);
    throw new AlreadyReported();
  }
  const shown = found.filter(({ loud }) => told === "all" || (told === "beside a verdict" && !loud));
  terminal.err(diagnosticsText(shown, opened.inputs));
  return {
    scenario,
    resolved,
    inputs: opened.inputs.map(({ name }) => ({ name, sha256: disk.sha256(name) })),
    loudWarnings: found.filter(({ loud }) => loud).map(loudWarningText),
    warnings: found.map((each: Diagnostic) => warningText(each)),
  };
}

/** A verdict shows no lines of the input, so the next step stands in the sentence. */
function loudWarningText(diagnostic: Diagnostic): string {
  const { hint } = diagnostic;
  return hint === "" ? warningText(diagnostic) : `${warningText(diagnostic)} (${printable(hint)})`;
}

/** Options that make a scenario mean nothing beside one: to ignore them would answer another question. */
function refuseBesideDocument({ inputs }: OpenedScenario, report: Report): void {
  for (const { name, text } of inputs) {
    const document = readDocuments(name, text, new Report()).find(({ kind }) => kind === "Scenario");
    if (document === undefined) continue;
    const message = "--to, --rps, --rollout and the like are for input without a Scenario document";
    report.error(
      document.locate(["kind"]),
      "",
      message,
      "change the Scenario, for instance with --set 'traffic[0].rps=500'",
    );
    return;
  }
}
