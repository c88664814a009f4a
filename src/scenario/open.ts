/**
 * From files and options to a scenario: load, override (`--set`, `--seed`), or make one from options alone (`--rollout`),
 * check, resolve. Whatever is wrong goes into the report; nothing is thrown.
 */
import type { ApiObject } from "../model/objects.js";
import { type Scenario, withSigterm } from "../model/scenario.js";
import type { SigtermBehaviour } from "../model/settings.js";
import { Report } from "./diagnostic.js";
import { encodeSpec } from "./encode-spec.js";
import { type Files, type InputArguments, loadInputs } from "./load.js";
import { corefileManifests } from "./manifests/corefiles.js";
import { applyOverrides } from "./overrides.js";
import { parseScenario } from "./parse-scenario.js";
import { emptyScenario, type QuickOptions, quickScenario } from "./quick.js";
import { type ResolvedScenario, resolveScenario } from "./resolve.js";
import type { ResolvedDocument } from "./resolved-document.js";
import { entriesWithSigterm } from "./sections/workloads/resolve.js";

export interface OpenArguments extends InputArguments {
  /** Used when the files hold no Scenario document. */
  readonly quick?: QuickOptions;
  /** Manifests are to be checked, not run: without a Scenario and `quick`, nothing needs to happen. */
  readonly check?: boolean;
  /** `path=value` pairs below `spec`, applied in order. */
  readonly set?: readonly string[];
  readonly seed?: string;
  /** What every server does at SIGTERM, whatever the scenario says. */
  readonly onSigterm?: SigtermBehaviour;
}

export interface OpenedScenario {
  /** Null when the report holds an error. */
  readonly scenario: Scenario | null;
  /** The scenario as a document with every default; null as above. */
  readonly resolved: ResolvedDocument | null;
  /** Text of each file that was read. */
  readonly inputs: readonly { readonly name: string; readonly text: string }[];
}

export function openScenario(files: Files, given: OpenArguments, report: Report): OpenedScenario {
  const { scenario: document, manifests, inputs } = loadInputs(files, given, report);
  const file = given.files[0] ?? "";
  const nowhere = { file, line: 0, column: 0 };
  const plain = document?.value ?? (report.failed ? null : undocumented(given, manifests.objects, file, report));
  if (plain === null) return { scenario: null, resolved: null, inputs };
  const overridden = applyOverrides(plain, given, report, nowhere);
  const locate = document === null ? () => nowhere : document.locate;
  const parsed = parseScenario(overridden, report, locate);
  if (parsed === null) return { scenario: null, resolved: null, inputs };
  const { name = nameOf(file), description } = parsed.metadata;
  const metadata = { name, description };
  const resolution = resolveScenario({ spec: parsed.spec, metadata, ...manifests, locate }, report);
  if (resolution === null) return { scenario: null, resolved: null, inputs };
  const { spec, settings: scenario } =
    given.onSigterm === undefined ? resolution : changed(resolution, given.onSigterm);
  const corefile = manifests.corefile === null ? [] : corefileManifests(manifests.corefile);
  const documents = [...manifests.documents, ...corefile];
  return { scenario, resolved: { metadata, spec: encodeSpec(spec), manifests: documents }, inputs };
}

/** What stands for a Scenario document; null when nobody can say what is meant, which is reported. */
function undocumented(
  { quick, check = false }: OpenArguments,
  objects: readonly ApiObject[],
  file: string,
  report: Report,
): Record<string, unknown> | null {
  if (!check || quick !== undefined) return quickScenario(quick ?? {}, objects, file, report);
  // Whatever cannot be chosen here is no fault of the manifests.
  return quickScenario({}, objects, file, new Report()) ?? emptyScenario();
}

function changed({ spec, settings }: ResolvedScenario, onSigterm: SigtermBehaviour): ResolvedScenario {
  const workloads = entriesWithSigterm(spec.workloads, onSigterm);
  return { spec: { ...spec, workloads }, settings: withSigterm(settings, onSigterm) };
}

/** "rollout" for "somewhere/rollout.yaml"; "scenario" for standard input. */
function nameOf(file: string): string {
  const path = file.replace(/\/+$/, "");
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  const name = dot > 0 ? base.slice(0, dot) : base;
  return /^[-.]*$/.test(name) ? "scenario" : name;
}
