/**
 * The documents of one file: a YAML stream (JSON is one, too), `kind: List` expanded, with the position of every value.
 * Whatever is wrong with the text goes into the report, all of it at once; nothing is thrown, whatever the bytes are.
 */
import { type Alias, Composer, type Document, Lexer, LineCounter, type Node, Parser, visit } from "yaml";
import type { Location, Report } from "../diagnostic.js";
import { LIMITS } from "../limits.js";
import { type DocumentPath, formatPath } from "./path.js";
import { findPosition, offsetWithin, type Position } from "./position.js";
import { findTraps } from "./traps.js";
import { kindByName, RENDER_TEMPLATE, templateAt } from "./unrendered.js";
import { type Anchors, isPlainObject, type PlainObject, toPlainValue } from "./value.js";

/** One object of a stream. */
export interface SourceDocument {
  readonly file: string;
  /** Index among the documents of the file; the items of a list share it. */
  readonly index: number;
  readonly apiVersion: string;
  readonly kind: string;
  /** Mappings within have no prototype: a key `__proto__` is data. */
  readonly value: PlainObject;
  /** Where a value stands (or the nearest one around it, when the path leads nowhere). */
  locate(path: DocumentPath): Location;
  /** Where its key stands. */
  locateKey(path: DocumentPath): Location;
  /** Where a place within a text stands. `line` and `column` count from 1 within the text. */
  locateWithin(path: DocumentPath, text: string, line: number, column: number): Location;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  readonly report: Report;
  /** A key that stands twice is an error. */
  readonly strict: boolean;
  /** Set once it was told that the file is a template. */
  isTemplate: boolean;
}

/** The document itself and the scalar that is being read. */
const STACK_BESIDE_COLLECTIONS = 2;

const LIMIT_HINT = "this is a limit of kubechurn, see scenario/limits.ts";
const NOTHING_HINT = "a file holds one or more YAML documents: a Scenario, Kubernetes manifests";

/** Reads the text of one file. `file` is the name that locations bear. */
export function readDocuments(file: string, text: string, report: Report, strict = false): SourceDocument[] {
  const source: Source = { file, text, lines: new LineCounter(), report, strict, isTemplate: false };
  if (!isReadable(source, text)) return [];
  const documents: SourceDocument[] = [];
  let seen = 0;
  let complaints = 0;
  for (const document of composeStream(source, text)) {
    seen += 1;
    if (seen > LIMITS.documents) {
      report.error(at(source, document.range[0]), "", `more than ${LIMITS.documents} documents in one file`);
      break;
    }
    complaints += reportSyntax(source, document, complaints);
    if (document.errors.length === 0) documents.push(...readDocument(source, document, seen - 1));
  }
  if (documents.length === 0 && !report.diagnostics.some((each) => each.location.file === file)) {
    const message =
      text.trim() === "" ? "the file is empty" : "the file holds no document, only comments or separators";
    report.error({ file, line: 1, column: 1 }, "", message, NOTHING_HINT);
  }
  return documents;
}

/** Refuses what is no text, or too much of it. */
function isReadable(source: Source, text: string): boolean {
  const start: Location = { file: source.file, line: 1, column: 1 };
  if (text.length > LIMITS.fileCharacters) {
    source.report.error(start, "", `the file has more than ${LIMITS.fileCharacters} characters`, "split it");
    return false;
  }
  const control = firstControlCharacter(text);
  if (control < 0) return true;
  const code = text.charCodeAt(control).toString(16).padStart(4, "0");
  const before = text.slice(0, control).split("\n");
  const location = { file: source.file, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  source.report.error(location, "", `the control character U+${code}: this is no YAML text`, "is this the right file?");
  return false;
}

/** Index of the first character that no YAML text holds; −1 without one. Tab, line feed and carriage return are text. */
function firstControlCharacter(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isText = (code >= 0x20 && code !== 0x7f && code < 0xfffe) || code === 0x09 || code === 0x0a || code === 0x0d;
    if (!isText) return index;
  }
  return -1;
}

function* composeStream(source: Source, text: string): Generator<Document.Parsed> {
  const parser = new Parser(source.lines.addNewLine);
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: source.lines,
  });
  source.lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    const message = limitReached(parser);
    if (message !== null) {
      source.report.error(at(source, parser.offset), "", message, LIMIT_HINT);
      return;
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end();
}

/** What the parser must not go on with; null when there is nothing. It keeps what is open in a list. */
function limitReached({ stack }: Parser): string | null {
  // The composer would call itself for each level and run out of stack.
  if (stack.length > LIMITS.nesting + STACK_BESIDE_COLLECTIONS) return `nested deeper than ${LIMITS.nesting} levels`;
  const open = stack.at(-1);
  if (open === undefined || !("items" in open) || open.items.length <= LIMITS.keys) return null;
  const isList = open.type === "block-seq" || (open.type === "flow-collection" && open.start.source === "[");
  return isList ? null : `a mapping of more than ${LIMITS.keys} keys`;
}

/** Reports errors and warnings of the syntax; returns how many errors there were. */
function reportSyntax(source: Source, document: Document.Parsed, before: number): number {
  const { report } = source;
  if (document.errors.length > 0 && tellTemplate(source, document)) return document.errors.length;
  document.errors.forEach((error, index) => {
    if (before + index > LIMITS.syntaxErrors) return;
    const more = before + index === LIMITS.syntaxErrors;
    report.error(at(source, error.pos[0]), "", more ? "more syntax errors follow" : firstLine(error.message));
  });
  for (const warning of document.warnings.slice(0, LIMITS.syntaxErrors)) {
    report.warn(at(source, warning.pos[0]), "", firstLine(warning.message));
  }
  return document.errors.length;
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").slice(0, 160);
}

function readDocument(source: Source, document: Document.Parsed, index: number): SourceDocument[] {
  const { report } = source;
  const contents: Node | null = document.contents;
  const anchors = findAnchors(contents);
  let sound = true;
  const duplicates = new Map<number, string>();
  const value = toPlainValue(
    contents,
    anchors,
    (offset, path, message, hint) => {
      sound = false;
      if (!tellTemplate(source, document)) report.error(at(source, offset), path, message, hint);
    },
    (offset, path) => {
      if (duplicates.size < LIMITS.syntaxErrors) duplicates.set(offset, path);
    },
  );
  if (!sound || value === null || !acceptDuplicates(source, value, duplicates)) return [];
  if (!isPlainObject(value)) {
    const what = Array.isArray(value) ? "a list" : `the ${typeof value} ${JSON.stringify(String(value).slice(0, 40))}`;
    report.error(at(source, document.range[0]), "", `a document must be a mapping, this one is ${what}`, NOTHING_HINT);
    return [];
  }
  const find = (path: DocumentPath) => findPosition(contents, anchors, path);
  const documents = expand(source, value, index, find, []);
  if (documents.some((each) => each.kind !== "Scenario")) {
    for (const trap of findTraps(contents)) report.warn(at(source, trap.offset), "", trap.message, trap.hint);
  }
  return documents;
}

/** Whether the document is read although keys stand in it twice: the last one counts, as for kubectl. */
function acceptDuplicates(source: Source, value: unknown, duplicates: ReadonlyMap<number, string>): boolean {
  const refused = source.strict || (isPlainObject(value) && value.kind === "Scenario");
  for (const [offset, path] of duplicates) {
    const location = at(source, offset);
    const message = "this key stands here a second time";
    const hint = "keep one of the two";
    if (refused) source.report.error(location, path, message, hint);
    else source.report.warn(location, path, `${message}: the last one counts, as for kubectl`, hint, true);
  }
  return duplicates.size === 0 || !refused;
}

/** Whether a document that cannot be read is a template; says so once a file. */
function tellTemplate(source: Source, { range }: Document.Parsed): boolean {
  const offset = templateAt(source.text.slice(range[0], range[2]));
  if (offset < 0) return false;
  if (!source.isTemplate) {
    const message = "{{ … }} is for Helm or another engine to fill in: this is a template, not yet YAML";
    source.report.error(at(source, range[0] + offset), "", message, RENDER_TEMPLATE);
  }
  source.isTemplate = true;
  return true;
}

/** One document, or the items of a list (within a list, within a list …). */
function expand(
  source: Source,
  value: PlainObject,
  index: number,
  find: (path: DocumentPath) => Position,
  prefix: DocumentPath,
): SourceDocument[] {
  const byName = prefix.length === 0 ? kindByName(source.file) : null;
  const document: SourceDocument = {
    file: source.file,
    index,
    apiVersion: typeof value.apiVersion === "string" ? value.apiVersion : (byName?.apiVersion ?? ""),
    kind: typeof value.kind === "string" ? value.kind : (byName?.kind ?? ""),
    value,
    locate: (path) => at(source, find([...prefix, ...path]).value),
    locateKey: (path) => at(source, find([...prefix, ...path]).key),
    locateWithin: (path, text, line, column) =>
      at(source, offsetWithin(source.text, find([...prefix, ...path]).value, text, line, column)),
  };
  for (const field of ["apiVersion", "kind"]) {
    const given = value[field];
    if (byName !== null && given === undefined) continue;
    if (typeof given === "string" && given !== "") continue;
    const message = given === undefined || given === null ? `${field} is missing` : `${field} must be text`;
    source.report.error(document.locate([field]), formatPath([...prefix, field]), message, missingHint(source.file));
  }
  if (document.apiVersion === "" || document.kind === "") return [];
  if (document.apiVersion !== "v1" || !document.kind.endsWith("List")) return [document];
  const items = value.items;
  if (!Array.isArray(items)) {
    source.report.error(document.locate(["items"]), formatPath([...prefix, "items"]), "a List needs a list of items");
    return [];
  }
  return items.flatMap((item: unknown, number) => {
    const path = [...prefix, "items", number];
    if (isPlainObject(item)) return expand(source, item, index, find, path);
    source.report.error(document.locate(["items", number]), formatPath(path), "an item of a List must be a mapping");
    return [];
  });
}

/** Chart.yaml and values.yaml lie beside the templates of a Helm chart. */
function missingHint(file: string): string {
  return /(^|\/)(chart|values)[\w.-]*\.ya?ml$/i.test(file) ? RENDER_TEMPLATE : NOTHING_HINT;
}

/** An alias means the last anchor of its name before it. */
function findAnchors(contents: Node | null): Anchors {
  const named = new Map<string, Node>();
  const anchors = new Map<Alias, Node>();
  if (contents === null) return anchors;
  visit(contents, {
    Node(_, node) {
      if ("anchor" in node && typeof node.anchor === "string" && node.anchor !== "") named.set(node.anchor, node);
    },
    Alias(_, alias) {
      const target = named.get(alias.source);
      if (target !== undefined) anchors.set(alias, target);
    },
  });
  return anchors;
}

function at(source: Source, offset: number): Location {
  const { line, col } = source.lines.linePos(offset);
  return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
}
