/** The known fields that a load accepted and ignored: each is named once, however many objects have it. */
import type { Location, Report } from "../diagnostic.js";

interface Ignored {
  readonly location: Location;
  readonly path: string;
  readonly text: string;
  readonly instead: string;
  count: number;
}

export class IgnoredFields {
  readonly #fields = new Map<string, Ignored>();

  /** `text` says what is ignored and is the same for every place; `instead` is empty unless the verdict may change. */
  add(location: Location, path: string, text: string, instead: string): void {
    const known = this.#fields.get(text);
    if (known === undefined) this.#fields.set(text, { location, path, text, instead, count: 1 });
    else known.count += 1;
  }

  /** Writes one warning a field; with `strict` an error. */
  report(report: Report, strict: boolean): void {
    for (const { location, path, text, instead, count } of this.#fields.values()) {
      const places = count === 1 ? "" : ` (here and in ${count - 1} more place${count === 2 ? "" : "s"})`;
      const effect = instead === "" ? "it has no effect on the simulation" : `${instead}; the verdict may differ`;
      const message = `${text} is not modelled${places}: ${effect}`;
      if (strict) report.error(location, path, message, "remove it, or run without --strict");
      else report.warn(location, path, message, "", instead !== "");
    }
  }
}
