/**
 * All input of one command: the files named on the command line and those that the Scenario names, read once each, as
 * one Scenario document (or none) and the objects of all manifests.
 */

import { SCENARIO_API_VERSION } from "./api-version.js";
import type { Report } from "./diagnostic.js";
import { quoted } from "./documents/field.js";
import { formatPath } from "./documents/path.js";
import { readDocuments, type SourceDocument } from "./documents/source-document.js";
import { RENDER_TEMPLATE } from "./documents/unrendered.js";
import { isPlainObject } from "./documents/value.js";
import { LIMITS } from "./limits.js";
import { type Manifests, readManifests } from "./manifests/manifests.js";

/** Access to files, given by the command line (a browser gives its own). Paths are as the user wrote them. */
export interface Files {
  /** "-" is standard input. */
  read(path: string): FileText;
  /** Paths of the files that match, in a fixed order; `relativeTo` is the file that holds the pattern. */
  glob(pattern: string, relativeTo: string): readonly string[];
  /** Paths of the YAML and JSON files of a directory, in a fixed order. */
  list(directory: string): readonly string[];
}

export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: "missing" | "directory" | "unreadable" | "too large" | "not UTF-8" };

export interface InputArguments {
  /** Files or directories: a Scenario, manifests, or both. */
  readonly files: readonly string[];
  /** More manifests (`-f`): files, directories, globs, "-". */
  readonly manifests?: readonly string[];
  /** Known fields and kinds that are not modelled are errors. */
  readonly strict?: boolean;
}

export interface LoadedInputs {
  /** The document `kind: Scenario`; its spec has still to be checked against the schema. */
  readonly scenario: SourceDocument | null;
  readonly manifests: Manifests;
  /** Text of each file that was read, in the order of reading. */
  readonly inputs: readonly { readonly name: string; readonly text: string }[];
}

/** Name of standard input in locations. */
export const STDIN = "<stdin>";

export function loadInputs(files: Files, given: InputArguments, report: Report): LoadedInputs {
  const inputs = new Inputs(files, report, given.strict ?? false);
  for (const path of given.files) inputs.read(path, null, true);
  for (const path of given.manifests ?? []) inputs.readAll(path, null);
  const scenario = findScenario(inputs.documents, report);
  if (scenario !== null) {
    for (const manifest of manifestsOf(scenario)) inputs.readAll(manifest.path, { document: scenario, ...manifest });
    findScenario(inputs.documents, report, scenario);
  }
  const documents = inputs.documents.filter((each) => !isOurs(each));
  const manifests = readManifests(documents, report, given.strict ?? false);
  return { scenario, manifests, inputs: inputs.texts };
}

/** Where a path stands that is not from the command line. */
interface Mention {
  readonly document: SourceDocument;
  readonly index: number;
}

const REASONS = {
  missing: ["there is no such file", "paths count from the working directory, those in a Scenario from its file"],
  directory: ["this is a directory", "the manifests in it are read where it is named by itself"],
  unreadable: ["the file cannot be read", "are its permissions right?"],
  "too large": [`the file is too large (limit: ${LIMITS.fileCharacters} characters)`, "split it"],
  "not UTF-8": ["this is no text in UTF-8", "is this the right file?"],
} as const;

class Inputs {
  readonly documents: SourceDocument[] = [];
  readonly texts: { name: string; text: string }[] = [];
  readonly #files: Files;
  readonly #report: Report;
  readonly #strict: boolean;
  readonly #seen = new Set<string>();

  constructor(files: Files, report: Report, strict: boolean) {
    this.#files = files;
    this.#report = report;
    this.#strict = strict;
  }

  /** Reads a path that may be a directory or, when nothing is called so, a glob. */
  readAll(written: string, mention: Mention | null): void {
    const from = mention?.document.file ?? "";
    if (written !== "-" && /[*?[\]{}]/.test(written)) {
      const found = this.#files.glob(written, from === STDIN ? "" : from);
      if (found.length === 0) this.#fail(written, mention, "no file matches", "");
      for (const path of found) this.read(path, mention, true);
    } else this.read(mention === null ? written : beside(from, written), mention, true);
  }

  /** Reads one file, unless it was read before. */
  read(path: string, mention: Mention | null, directories: boolean): void {
    if (this.#seen.has(path)) {
      if (path === "-") this.#fail(path, mention, "standard input can be read only once", "name it once");
      return;
    }
    this.#seen.add(path);
    if (this.#seen.size > LIMITS.files) {
      if (this.#seen.size === LIMITS.files + 1) this.#fail(path, mention, `more than ${LIMITS.files} files`, "");
      return;
    }
    const result = this.#files.read(path);
    if (result.ok) this.#add(path === "-" ? STDIN : path, result.text);
    else if (result.reason === "directory" && directories) this.#readDirectory(path, mention);
    else {
      const [message, hint] = REASONS[result.reason];
      this.#fail(path, mention, message, hint);
    }
  }

  #add(name: string, text: string): void {
    this.texts.push({ name, text });
    this.documents.push(...readDocuments(name, text, this.#report, this.#strict));
  }

  #readDirectory(path: string, mention: Mention | null): void {
    const found = this.#files.list(path);
    const chart = found.find((file) => file.endsWith("/Chart.yaml"));
    if (chart !== undefined) {
      this.#fail(path, mention, "the directory holds a Helm chart, which is no manifest yet", RENDER_TEMPLATE);
      return;
    }
    if (found.length === 0) this.#fail(path, mention, "the directory holds no YAML or JSON file", "");
    for (const file of found) this.read(file, mention, false);
  }

  #fail(path: string, mention: Mention | null, message: string, hint: string): void {
    if (mention === null) {
      const location = { file: path === "-" ? STDIN : path, line: 0, column: 0 };
      this.#report.error(location, "", message, hint);
      return;
    }
    const at = ["spec", "manifests", mention.index];
    this.#report.error(mention.document.locate(at), formatPath(at), `${quoted(path)}: ${message}`, hint);
  }
}

/** A path in a Scenario counts from the file that holds it. */
function beside(file: string, path: string): string {
  if (path === "-" || path.startsWith("/") || file === STDIN) return path;
  const slash = file.lastIndexOf("/");
  return slash < 0 ? path : `${file.slice(0, slash + 1)}${path}`;
}

function isOurs(document: SourceDocument): boolean {
  return document.kind === "Scenario" || document.apiVersion.startsWith("kubechurn/");
}

/** The Scenario among the documents; reports wrong versions and, given the `first`, every other one. */
function findScenario(
  documents: readonly SourceDocument[],
  report: Report,
  first?: SourceDocument,
): SourceDocument | null {
  const ours = documents.filter(isOurs);
  if (first !== undefined) {
    for (const other of ours.filter((each) => each !== first)) {
      const message = `a second Scenario: the first is at ${first.file}:${first.locateKey(["kind"]).line}`;
      report.error(other.locate(["kind"]), "kind", message, "a run has one");
    }
    return first;
  }
  const scenario = ours[0];
  if (scenario === undefined) return null;
  if (scenario.kind !== "Scenario") {
    const message = `${SCENARIO_API_VERSION} has no kind ${quoted(scenario.kind)}`;
    report.error(scenario.locate(["kind"]), "kind", message, "did you mean Scenario?");
  }
  if (scenario.apiVersion !== SCENARIO_API_VERSION) {
    const message = `Scenarios of ${quoted(scenario.apiVersion)} are not known here`;
    report.error(scenario.locate(["apiVersion"]), "apiVersion", message, `write apiVersion: ${SCENARIO_API_VERSION}`);
  }
  return scenario;
}

/** What `spec.manifests` names, as far as it is well-formed: the schema reports the rest. */
function manifestsOf(scenario: SourceDocument): { path: string; index: number }[] {
  const { spec } = scenario.value;
  const manifests: unknown = isPlainObject(spec) ? spec.manifests : undefined;
  if (!Array.isArray(manifests)) return [];
  return manifests.flatMap((path: unknown, index) =>
    typeof path === "string" && path !== "" ? [{ path, index }] : [],
  );
}
