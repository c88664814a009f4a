/** A number that changes at known times: endpoints ready, replicas desired, … */
import type { Micros } from "../engine/duration.js";

export class StepHistory {
  private readonly times: Micros[] = [];
  private readonly values: number[] = [];

  /** The value is `value` from `time` on; times never go back, and the last call of an instant counts. */
  set(time: Micros, value: number): void {
    const last = this.times.length - 1;
    if (last >= 0 && this.times[last] === time) this.values[last] = value;
    else if (last < 0 || this.values[last] !== value) {
      this.times.push(time);
      this.values.push(value);
    }
  }

  /** Value at `time`; 0 before the first change. */
  at(time: Micros): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as Micros) <= time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.values[low - 1] as number);
  }

  /** Largest value in [from, to]. */
  maximum(from: Micros, to: Micros): number {
    let largest = this.at(from);
    this.times.forEach((time, index) => {
      const value = this.values[index] as number;
      if (time >= from && time <= to && value > largest) largest = value;
    });
    return largest;
  }
}
