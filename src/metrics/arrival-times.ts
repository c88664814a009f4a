/** When the requests of one traffic entry arrived, exactly: eight bytes each. They come in the order of time. */
import type { Micros } from "../engine/duration.js";

export class ArrivalTimes {
  length = 0;
  private times = new Float64Array(64);

  add(time: Micros): void {
    const { length, times } = this;
    if (length === times.length) {
      this.times = new Float64Array(length * 2);
      this.times.set(times);
    }
    this.times[length] = time;
    this.length = length + 1;
  }

  /** How many there were in [from, to]. */
  countBetween(from: Micros, to: Micros): number {
    return Math.max(0, this.countWhere((time) => time <= to) - this.countWhere((time) => time < from));
  }

  /** How many there are before the first one for which `early` is false. */
  private countWhere(early: (time: Micros) => boolean): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (early(this.times[middle] as Micros)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
