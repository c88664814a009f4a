/**
 * Latencies of requests, kept exactly, in whole microseconds: four bytes each, and eight from the first one on that needs
 * more than 71 minutes, where 32 bits end.
 */
import type { Micros } from "../engine/duration.js";

const LARGEST_OF_32_BITS = 0xffffffff;

export class Latencies {
  length = 0;
  private values: Uint32Array | Float64Array = new Uint32Array(64);
  private sorted = false;

  add(latency: Micros): void {
    const { length, values } = this;
    if (length === values.length) this.replace(values.constructor as Uint32ArrayConstructor, length * 2);
    if (latency > LARGEST_OF_32_BITS) this.replace(Float64Array, this.values.length);
    this.values[length] = latency;
    this.length = length + 1;
    this.sorted = false;
  }

  /** The smallest value that at least a fraction `q` of all values do not exceed (nearest rank); NaN when empty. */
  quantile(q: number): Micros {
    return this.length === 0 ? Number.NaN : (this.inOrder()[rankOf(q, this.length) - 1] as Micros);
  }

  /** How many values there are up to `limit`, it included. */
  countUpTo(limit: Micros): number {
    const values = this.inOrder();
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as Micros) <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private inOrder(): Uint32Array | Float64Array {
    if (!this.sorted) this.values.subarray(0, this.length).sort();
    this.sorted = true;
    return this.values;
  }

  private replace(type: Uint32ArrayConstructor | Float64ArrayConstructor, capacity: number): void {
    if (this.values instanceof type && this.values.length >= capacity) return;
    const values = new type(capacity);
    values.set(this.values);
    this.values = values;
  }
}

/** `quantile` of several collections together: nothing is copied, and nothing is sorted a second time. */
export function quantileOfAll(parts: readonly Latencies[], q: number): Micros {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 0) return Number.NaN;
  // a part is a bin of the timeline, of which a long run has more than a call may have arguments
  let length = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const part of filled) {
    length += part.length;
    low = Math.min(low, part.quantile(0));
    high = Math.max(high, part.quantile(1));
  }
  const rank = rankOf(q, length);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const count = filled.reduce((sum, part) => sum + part.countUpTo(middle), 0);
    if (count >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Of the value that is the quantile, counted from 1. */
function rankOf(q: number, length: number): number {
  return Math.max(1, Math.ceil(q * length));
}
