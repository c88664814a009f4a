/** The failed requests of one traffic entry that one churn event is the root of. */
import { MILLISECOND, type Micros } from "../engine/duration.js";

/** An entry counts as unavailable for as long as there are intervals of this length in which a request failed. */
const INTERVAL: Micros = 100 * MILLISECOND;

export class EventFailures {
  count = 0;
  /** Arrivals of the first and of the last of them. */
  first: Micros = Number.POSITIVE_INFINITY;
  last: Micros = Number.NEGATIVE_INFINITY;
  private readonly intervals = new Set<number>();

  add(arrivedAt: Micros): void {
    this.count++;
    this.first = Math.min(this.first, arrivedAt);
    this.last = Math.max(this.last, arrivedAt);
    this.intervals.add(Math.floor(arrivedAt / INTERVAL));
  }

  /** For how long the entry was unavailable. */
  get unavailable(): Micros {
    return this.intervals.size * INTERVAL;
  }
}
