/**
 * The known fields and kinds that a load accepted and ignored. Each whose being ignored may change the verdict is named once,
 * however many objects have it; all others share one line.
 */
import type { Location, Report } from "../diagnostic.js";

interface Ignored {
  readonly location: Location;
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly instead: string;
  count: number;
}

/** Names that the one line gives. */
const MOST_NAMED = 12;

export class IgnoredFields {
  readonly #fields = new Map<string, Ignored>();

  /**
   * `name` is what it is called in a list; `text` says what is ignored and is the same for every place; `instead` is empty
   * unless the verdict may change.
   */
  add(location: Location, path: string, name: string, text: string, instead: string): void {
    const known = this.#fields.get(text);
    if (known === undefined) this.#fields.set(text, { location, path, name, text, instead, count: 1 });
    else known.count += 1;
  }

  /** Writes the warnings; with `strict` an error for each. */
  report(report: Report, strict: boolean): void {
    const fields = [...this.#fields.values()];
    for (const { location, path, text, instead, count } of fields) {
      if (instead === "" && !strict) continue;
      const places = count === 1 ? "" : ` (here and in ${count - 1} more place${count === 2 ? "" : "s"})`;
      const effect = instead === "" ? "it has no effect on the simulation" : `${instead}; the verdict may differ`;
      const message = `${text} is not modelled${places}: ${effect}`;
      if (strict) report.error(location, path, message, "remove it, or run without --strict");
      else report.warn(location, path, message, "", true);
    }
    if (!strict)
      reportQuiet(
        report,
        fields.filter(({ instead }) => instead === ""),
      );
  }
}

function reportQuiet(report: Report, fields: readonly Ignored[]): void {
  const [first] = fields;
  if (first === undefined) return;
  const names = [...new Set(fields.map(({ name }) => name))].sort((x, y) => (x < y ? -1 : 1));
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ", …" : "");
  const what = names.length === 1 ? "1 field or kind" : `${names.length} fields or kinds`;
  const location = { file: first.location.file, line: 0, column: 0 };
  report.warn(location, "", `${what} without effect on the simulation: ${shown}`, "--strict tells where they are");
}
