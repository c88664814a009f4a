/**
 * Entries in the order (time, phase, sequence), whatever the number of them: two wheels between two heaps.
 *
 * Time is cut into ticks of 64 µs and turns of 4,096 ticks (0.26 s). Entries of the current tick and before lie in a heap,
 * later ones of the current turn in the list of their tick, those of the next 255 turns (67 s) in the list of their turn,
 * and the rest in a second heap. When the near heap is empty, the next tick that is in use moves there; when the turn is
 * over, the next turn that is in use is dealt out to its ticks. So an entry is linked twice and compared with the few of
 * its own tick, instead of with one entry for each level of a heap of all, which the processor has to fetch from far away.
 *
 * The order is that of a single heap: an entry is taken from the near heap only, and everything that is due before the
 * end of its tick lies there. The widths change the speed and nothing else.
 */
import FastPriorityQueue from "fastpriorityqueue";
import { BitmapWheel, type Linked } from "./bitmap-wheel.js";
import type { Micros } from "./duration.js";

/** What the order needs to know of an entry. None of it changes while the entry is in the calendar. */
export interface Dated {
  readonly time: Micros;
  readonly phase: number;
  /** Different for each entry. */
  readonly sequence: number;
}

const TICK: Micros = 64;
const TICKS_PER_TURN = 4096;
const TURNS = 256;
/** A turn with at most so many entries is not worth its ticks: it moves into the near heap as a whole. */
const FEW = 16;
/** Powers of two: multiplying by them rounds nothing. */
const TICKS_PER_MICROSECOND = 1 / TICK;
const TURNS_PER_TICK = 1 / TICKS_PER_TURN;

function before(x: Dated, y: Dated): boolean {
  if (x.time !== y.time) return x.time < y.time;
  if (x.phase !== y.phase) return x.phase < y.phase;
  return x.sequence < y.sequence;
}

function tickOf(time: Micros): number {
  return Math.floor(time * TICKS_PER_MICROSECOND);
}

function turnOf(tick: number): number {
  return Math.floor(tick * TURNS_PER_TICK);
}

function lastTickOf(turn: number): number {
  return turn * TICKS_PER_TURN + TICKS_PER_TURN - 1;
}

/** Whether a list has at most FEW entries. */
function isShort<T extends Linked<T>>(first: T | null): boolean {
  let rest = first;
  for (let count = 0; count < FEW && rest !== null; count++) rest = rest.next;
  return rest === null;
}

export class EventCalendar<T extends Dated & Linked<T>> {
  /** Entries in the calendar. */
  size = 0;
  private readonly near = new FastPriorityQueue<T>(before);
  private readonly ticks = new BitmapWheel<T>(TICKS_PER_TURN);
  private readonly turns = new BitmapWheel<T>(TURNS);
  private readonly far = new FastPriorityQueue<T>(before);
  /** What is due up to the end of this tick lies in the near heap. The last tick before the current turn, or one in it. */
  private tick: number;
  /** The first wheel holds ticks of this turn only, the second one those of the TURNS − 1 turns after it. */
  private turn: number;

  /** `start` is where the clock starts. Earlier entries are in order as well; they only take longer. */
  constructor(start: Micros) {
    this.tick = tickOf(start);
    this.turn = turnOf(this.tick);
  }

  add(entry: T): void {
    this.size++;
    const tick = tickOf(entry.time);
    if (tick <= this.tick) this.near.add(entry);
    else this.file(entry, tick);
  }

  /** The first entry in the order; undefined when the calendar is empty. */
  first(): T | undefined {
    if (this.near.size === 0) this.moveOn();
    return this.near.peek();
  }

  /** Removes the entry that `first` returned. */
  removeFirst(): void {
    if (this.near.poll() !== undefined) this.size--;
  }

  /**
   * Goes back to `time`, before which nothing is due. `first` moves on to whatever comes next, however far away; what was
   * added before that afterwards would all share the near heap.
   */
  turnBackTo(time: Micros): void {
    const entries = this.takeAll();
    this.tick = tickOf(time);
    this.turn = turnOf(this.tick);
    for (const entry of entries) this.add(entry);
  }

  /** Puts an entry that is due after the current tick where it belongs. */
  private file(entry: T, tick: number): void {
    const turn = turnOf(tick);
    if (turn === this.turn) this.ticks.add(tick, entry);
    else if (turn - this.turn < TURNS) this.turns.add(turn, entry);
    else this.far.add(entry);
  }

  /** Moves what is due next into the near heap, which is empty. */
  private moveOn(): void {
    if (this.moveToNextTick()) return;
    const turn = this.nextTurn();
    if (turn === Number.POSITIVE_INFINITY) return;
    this.turn = turn;
    while (this.firstFarTurn() === turn) this.turns.add(turn, this.far.poll()!);
    const first = this.turns.take(turn);
    if (isShort(first)) {
      this.tick = lastTickOf(turn);
      this.moveToNear(first);
    } else {
      this.tick = lastTickOf(turn - 1);
      this.moveToTicks(first);
      this.moveToNextTick();
    }
  }

  /** Goes to the next tick in use of the current turn; false when there is none. */
  private moveToNextTick(): boolean {
    if (this.tick === lastTickOf(this.turn)) return false;
    const distance = this.ticks.distanceAfter(this.tick);
    if (distance === 0) return false;
    this.tick += distance;
    this.moveToNear(this.ticks.take(this.tick));
    return true;
  }

  /** The next turn in use; infinite when there is none. */
  private nextTurn(): number {
    const distance = this.turns.distanceAfter(this.turn);
    const far = this.firstFarTurn();
    return distance > 0 ? Math.min(this.turn + distance, far) : far;
  }

  /** The turn of the first entry in the far heap; infinite when that is empty. */
  private firstFarTurn(): number {
    const entry = this.far.peek();
    return entry === undefined ? Number.POSITIVE_INFINITY : turnOf(tickOf(entry.time));
  }

  private moveToNear(first: T | null): void {
    for (let entry = first; entry !== null; ) {
      const { next } = entry;
      this.near.add(entry);
      entry = next;
    }
  }

  private moveToTicks(first: T | null): void {
    for (let entry = first; entry !== null; ) {
      const { next } = entry;
      this.ticks.add(tickOf(entry.time), entry);
      entry = next;
    }
  }

  private takeAll(): T[] {
    const entries: T[] = [];
    for (let entry = this.first(); entry !== undefined; entry = this.first()) {
      entries.push(entry);
      this.removeFirst();
    }
    return entries;
  }
}
