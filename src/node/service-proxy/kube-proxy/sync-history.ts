/** The syncs of a node, in order, and what can be told from them. */
import type { Micros } from "../../../engine/duration.js";
import type { Cursor } from "../rule-positions.js";
import type { SyncObserver } from "./rule-reader.js";

/** One finished sync and the positions in both streams that its rules stand for. */
export interface SyncRecord {
  readonly start: Micros;
  readonly end: Micros;
  readonly services: number;
  readonly slices: number;
}

export class SyncHistory implements SyncObserver {
  readonly records: SyncRecord[] = [];
  /** Indices of the first syncs of processes that were started again. */
  private readonly firsts: number[] = [];

  onSync(_from: Cursor, to: Cursor, start: Micros, end: Micros): void {
    this.records.push({ start, end, services: to.services, slices: to.slices });
  }

  /** The next sync will be the first one of a new process. */
  processStarted(): void {
    if (this.firsts.at(-1) !== this.records.length) this.firsts.push(this.records.length);
  }

  /** Whether this sync is the first one of a process that was started again. */
  isFirst(index: number): boolean {
    return this.firsts.includes(index);
  }

  /** Index of the first sync that ended after `time`; the number of syncs when there is none. */
  firstAfter(time: Micros): number {
    let index = this.records.length;
    // nobody asks about long ago
    while (index > 0 && (this.records[index - 1] as SyncRecord).end > time) index--;
    return index;
  }

  /** Index of the first sync whose rules stand for at least these positions; −1 when there is none yet. */
  firstCovering(services: number, slices: number): number {
    const { records } = this;
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const record = records[middle] as SyncRecord;
      if (record.services >= services && record.slices >= slices) high = middle;
      else low = middle + 1;
    }
    return low < records.length ? low : -1;
  }
}
