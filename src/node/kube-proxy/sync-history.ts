/** The syncs of an observed node, in order, and what can be told from them. */
import type { Micros } from "../../engine/duration.js";
import type { Cursor, SyncObserver } from "./rule-reader.js";

/** How one change came to a node. NaN for what has not happened. */
export interface SyncStory {
  readonly deliveredAt: Micros;
  readonly syncStart: Micros;
  readonly syncEnd: Micros;
}

/** One finished sync and the positions in both streams that its rules stand for. */
export interface SyncRecord {
  readonly start: Micros;
  readonly end: Micros;
  readonly services: number;
  readonly slices: number;
}

export class SyncHistory implements SyncObserver {
  readonly records: SyncRecord[] = [];

  onSync(_from: Cursor, to: Cursor, start: Micros, end: Micros): void {
    this.records.push({ start, end, services: to.services, slices: to.slices });
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
