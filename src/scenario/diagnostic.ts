/**
 * What the loader has to say about the input. Nothing is thrown: every finding goes into one report, so that a user sees
 * all of them at once, in the order of the lines.
 */

/** A place in an input file. Lines and columns count from 1; line 0 means that there is no position. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** A warning that would change the verdict of a run. */
  readonly loud: boolean;
  readonly location: Location;
  /** Dotted path within the document; empty for the document itself. */
  readonly path: string;
  readonly message: string;
  /** The next step for the user; may be empty. */
  readonly hint: string;
  /** What it is about, for a warning that something else may settle; empty for all others. */
  readonly subject: string;
}

/** Collects the diagnostics of one load. */
export class Report {
  #diagnostics: Diagnostic[] = [];

  error(location: Location, path: string, message: string, hint = ""): void {
    this.#diagnostics.push({ severity: "error", loud: false, location, path, message, hint, subject: "" });
  }

  warn(location: Location, path: string, message: string, hint = "", loud = false, subject = ""): void {
    this.#diagnostics.push({ severity: "warning", loud, location, path, message, hint, subject });
  }

  /** Takes back what was said of a subject: the answer was found elsewhere. */
  settle(subject: string): void {
    this.#diagnostics = this.#diagnostics.filter((each) => each.subject !== subject);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** True once there is an error: no scenario may come out of this load. */
  get failed(): boolean {
    return this.#diagnostics.some((each) => each.severity === "error");
  }

  /** By file, line, column and message, in the order of code units. */
  sorted(): Diagnostic[] {
    return [...this.#diagnostics].sort(
      (a, b) =>
        compareText(a.location.file, b.location.file) ||
        a.location.line - b.location.line ||
        a.location.column - b.location.column ||
        compareText(a.message, b.message),
    );
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
