/**
 * The event queue: (time, phase, sequence) over fastpriorityqueue, with pooled records.
 *
 * A record carries a handler and a payload instead of a closure; a cancelled record stays in the heap and is skipped
 * when it surfaces (removing from the middle of the heap would be linear). A timer is a number that names a slot and its
 * generation, so that a handle to a record which was reused long ago does nothing.
 */
import FastPriorityQueue from "fastpriorityqueue";
import type { Micros } from "./duration.js";
import type { FactId } from "./facts.js";

/** Order within one instant. Without phases, lazy and eager readers would disagree at ties. */
export const Phase = {
  delivery: 0,
  syncEnd: 1,
  syncStart: 2,
  write: 3,
  crash: 4,
  traffic: 5,
  measurement: 6,
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Handlers are module-level functions; the payload is an object or number that exists anyway. */
export type Handler<P> = (payload: P) => void;

/** Handle to a planned event; opaque. NO_TIMER names no event. */
export type Timer = number;
export const NO_TIMER: Timer = -1;

/** Whoever planned the event: when its incarnation has changed by then, the event will not happen. */
export interface Owner {
  readonly incarnation: number;
}

const SLOTS = 1 << 22;

export class Entry {
  time: Micros = 0;
  phase: Phase = Phase.delivery;
  sequence = 0;
  handler: Handler<never> | null = null;
  payload: unknown = null;
  owner: Owner | null = null;
  incarnation = 0;
  cause: FactId = -1;
  generation = 0;
  constructor(readonly slot: number) {}
}

function before(x: Entry, y: Entry): boolean {
  if (x.time !== y.time) return x.time < y.time;
  if (x.phase !== y.phase) return x.phase < y.phase;
  return x.sequence < y.sequence;
}

export class EventQueue {
  private readonly heap = new FastPriorityQueue<Entry>(before);
  private readonly slots: Entry[] = [];
  private readonly free: Entry[] = [];
  private sequence = 0;
  /**
   * Whether the top of the heap was popped but still lies there. Most events plan another one, which then takes its
   * place in one pass through the heap instead of two.
   */
  private topIsGone = false;
  /** Planned events below the phase `traffic` that were neither dispatched nor cancelled: 0 means a settled cluster. */
  pendingControl = 0;

  get size(): number {
    return this.topIsGone ? this.heap.size - 1 : this.heap.size;
  }

  push<P>(time: Micros, phase: Phase, owner: Owner, cause: FactId, handler: Handler<P>, payload: P): Timer {
    const entry = this.free.pop() ?? this.grow();
    entry.time = time;
    entry.phase = phase;
    entry.sequence = this.sequence++;
    entry.handler = handler as Handler<never>;
    entry.payload = payload;
    entry.owner = owner;
    entry.incarnation = owner.incarnation;
    entry.cause = cause;
    if (phase < Phase.traffic) this.pendingControl++;
    if (this.topIsGone) this.heap.replaceTop(entry);
    else this.heap.add(entry);
    this.topIsGone = false;
    return entry.generation * SLOTS + entry.slot;
  }

  /** Cancels a planned event; does nothing when it has happened, was cancelled, or never existed. */
  cancel(timer: Timer): void {
    if (timer < 0) return;
    const entry = this.slots[timer % SLOTS];
    if (entry === undefined || entry.handler === null || entry.generation !== Math.floor(timer / SLOTS)) return;
    entry.handler = null;
    entry.payload = null;
    if (entry.phase < Phase.traffic) this.pendingControl--;
  }

  /** The next entry that will happen; cancelled and dead ones are dropped on the way. Undefined when none is left. */
  peek(): Entry | undefined {
    for (;;) {
      if (this.topIsGone) this.heap.poll();
      this.topIsGone = false;
      const entry = this.heap.peek();
      if (entry === undefined) return undefined;
      if (entry.handler !== null && entry.owner!.incarnation === entry.incarnation) return entry;
      this.pop(entry);
    }
  }

  /** Removes the entry that `peek` returned, whose record will be reused: read it before. */
  pop(entry: Entry): void {
    if (entry.handler !== null && entry.phase < Phase.traffic) this.pendingControl--;
    this.topIsGone = true;
    entry.handler = null;
    entry.payload = null;
    entry.owner = null;
    entry.generation++;
    this.free.push(entry);
  }

  private grow(): Entry {
    if (this.slots.length === SLOTS) throw new RangeError(`more than ${SLOTS} events are pending`);
    const entry = new Entry(this.slots.length);
    this.slots.push(entry);
    return entry;
  }
}
