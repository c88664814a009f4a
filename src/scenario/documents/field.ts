/**
 * A value within a manifest, with its place: reads it as a type and reports what is wrong with it.
 *
 * Fields were checked for their types before (manifests/check-fields.ts), so a value of the wrong type is read as its default
 * here and not reported again.
 */
import type { Report } from "../diagnostic.js";
import { type DocumentPath, formatPath } from "./path.js";
import type { SourceDocument } from "./source-document.js";
import { isPlainObject } from "./value.js";

export class Field {
  readonly #document: SourceDocument;
  readonly #report: Report;
  readonly #path: DocumentPath;
  readonly value: unknown;

  constructor(document: SourceDocument, report: Report, path: DocumentPath, value: unknown) {
    this.#document = document;
    this.#report = report;
    this.#path = path;
    this.value = value;
  }

  /** The document as a whole. */
  static root(document: SourceDocument, report: Report): Field {
    return new Field(document, report, [], document.value);
  }

  /** False for a field that is left out or null: the API server treats both alike. */
  get present(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  at(...names: readonly string[]): Field {
    let value = this.value;
    for (const name of names) value = isPlainObject(value) ? value[name] : undefined;
    return new Field(this.#document, this.#report, [...this.#path, ...names], value);
  }

  items(): Field[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map(
      (item: unknown, index) => new Field(this.#document, this.#report, [...this.#path, index], item),
    );
  }

  keys(): string[] {
    return isPlainObject(this.value) ? Object.keys(this.value) : [];
  }

  text(otherwise = ""): string {
    return typeof this.value === "string" ? this.value : otherwise;
  }

  /** Text that must be one of a few; empty text counts as absent. */
  oneOf<T extends string>(allowed: readonly T[], otherwise: T): T {
    const text = this.text();
    if (text === "") return otherwise;
    const found = allowed.find((each) => each === text);
    if (found === undefined) this.error(`must be one of ${allowed.join(", ")}, not ${quoted(text)}`);
    return found ?? otherwise;
  }

  boolean(): boolean {
    return this.value === true;
  }

  integer(otherwise: number, smallest: number, largest = Number.MAX_SAFE_INTEGER): number {
    if (typeof this.value !== "number" || !Number.isInteger(this.value)) return otherwise;
    if (this.value >= smallest && this.value <= largest) return this.value;
    const bound = largest === Number.MAX_SAFE_INTEGER ? `at least ${smallest}` : `from ${smallest} to ${largest}`;
    this.error(`must be ${bound}, not ${this.value}`);
    return otherwise;
  }

  error(message: string, hint = ""): void {
    this.#report.error(this.#document.locate(this.#path), formatPath(this.#path), message, hint);
  }

  /** A loud warning that is taken back when a later part of the load settles its subject for this object. */
  warnUnlessSettled(subject: string, message: string, hint: string): void {
    const metadata = Field.root(this.#document, this.#report).at("metadata");
    const entity = `${this.#document.kind}/${metadata.at("namespace").text()}/${metadata.at("name").text()}`;
    const location = this.#document.locate(this.#path);
    this.#report.warn(location, formatPath(this.#path), message, hint, true, `${subject} of ${entity}`);
  }

  warn(message: string, hint = "", loud = false): void {
    this.#report.warn(this.#document.locate(this.#path), formatPath(this.#path), message, hint, loud);
  }
}

/** Text in quotes, cut short when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
