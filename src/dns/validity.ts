/**
 * How long the reply that a server is making stays what it is, unless its records or its caches change: for ever, until a
 * plugin on the way of the question lowers it.
 */
import type { Micros } from "../engine/duration.js";

export class Validity {
  /** The reply is the same for questions that arrive before. */
  until: Micros = Number.POSITIVE_INFINITY;

  /** A plugin's part in the reply changes at `time`; the present instant or an earlier one: no other question gets it. */
  lower(time: Micros): void {
    if (time < this.until) this.until = time;
  }

  /** For the next reply. */
  reset(): void {
    this.until = Number.POSITIVE_INFINITY;
  }
}
