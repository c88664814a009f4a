/**
 * A timing wheel: lists of entries by the low bits of a slot number, and a bitmap of the lists that are not empty, so that
 * empty stretches are skipped 32 slots at a time. The slots in use never span more than there are lists, so that a list
 * never mixes two of them: who uses the wheel sees to that. The entries of a list have no order.
 */

/** An entry holds the link to the next one of its list itself: a list costs no memory of its own. */
export interface Linked<T> {
  next: T | null;
}

/** Slots in one word of the bitmap. */
const WORD_BITS = 5;
const WORD = 1 << WORD_BITS;

export class BitmapWheel<T extends Linked<T>> {
  private readonly lists: (T | null)[];
  private readonly used: Int32Array;
  private readonly mask: number;

  /** `length` is the number of lists, a power of two of at least 32. */
  constructor(length: number) {
    this.lists = new Array<T | null>(length).fill(null);
    this.used = new Int32Array(length >> WORD_BITS);
    this.mask = length - 1;
  }

  /** Puts an entry into the list of a slot, a safe integer that may be negative. */
  add(slot: number, entry: T): void {
    const place = slot & this.mask;
    entry.next = this.lists[place]!;
    this.lists[place] = entry;
    this.used[place >> WORD_BITS]! |= 1 << (place & (WORD - 1));
  }

  /** Empties a slot and returns the first entry of its list; the others hang on `next`. */
  take(slot: number): T | null {
    const place = slot & this.mask;
    const first = this.lists[place]!;
    this.lists[place] = null;
    this.used[place >> WORD_BITS]! &= ~(1 << (place & (WORD - 1)));
    return first;
  }

  /** How many slots behind `slot` the next one in use lies; 0 when none is. */
  distanceAfter(slot: number): number {
    const { used } = this;
    const start = (slot + 1) & this.mask;
    let word = start >> WORD_BITS;
    let bits = used[word]! & (-1 << (start & (WORD - 1)));
    for (let left = used.length; bits === 0; left--) {
      if (left === 0) return 0;
      word = (word + 1) & (used.length - 1);
      bits = used[word]!;
    }
    const place = (word << WORD_BITS) + WORD - 1 - Math.clz32(bits & -bits);
    return ((place - start) & this.mask) + 1;
  }
}
