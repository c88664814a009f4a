/** Latencies of requests, kept exactly: 4 bytes each, up to 71 minutes. */
import type { Micros } from "../engine/duration.js";

export class Latencies {
  length = 0;
  private values = new Uint32Array(64);
  private sorted = false;

  add(latency: Micros): void {
    if (this.length === this.values.length) {
      const larger = new Uint32Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = latency;
    this.sorted = false;
  }

  addAll(other: Latencies): void {
    for (let i = 0; i < other.length; i++) this.add(other.values[i] ?? 0);
  }

  /** The smallest value that at least a fraction `q` of all values do not exceed (nearest rank); NaN when empty. */
  quantile(q: number): Micros {
    if (this.length === 0) return Number.NaN;
    if (!this.sorted) {
      this.values.subarray(0, this.length).sort((x, y) => x - y);
      this.sorted = true;
    }
    const rank = Math.max(1, Math.ceil(q * this.length));
    return this.values[rank - 1] ?? Number.NaN;
  }
}
