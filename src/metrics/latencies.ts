/** Latencies of requests, kept exactly, in whole microseconds: 8 bytes each, because 32 bits would wrap after 71 minutes. */
import type { Micros } from "../engine/duration.js";

export class Latencies {
  length = 0;
  private values = new Float64Array(64);
  private sorted = false;

  add(latency: Micros): void {
    this.makeRoom(this.length + 1);
    this.values[this.length++] = latency;
    this.sorted = false;
  }

  addAll(other: Latencies): void {
    const { length } = this;
    this.makeRoom(length + other.length);
    this.values.set(other.values.subarray(0, other.length), length);
    this.length = length + other.length;
    this.sorted = false;
  }

  /** The smallest value that at least a fraction `q` of all values do not exceed (nearest rank); NaN when empty. */
  quantile(q: number): Micros {
    if (this.length === 0) return Number.NaN;
    if (!this.sorted) {
      this.values.subarray(0, this.length).sort();
      this.sorted = true;
    }
    const rank = Math.max(1, Math.ceil(q * this.length));
    return this.values[rank - 1] ?? Number.NaN;
  }

  private makeRoom(length: number): void {
    if (length <= this.values.length) return;
    const larger = new Float64Array(Math.max(length, this.values.length * 2));
    larger.set(this.values);
    this.values = larger;
  }
}
