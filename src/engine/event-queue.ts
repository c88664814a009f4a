/**
 * The event queue: planned events in the order (time, phase, sequence) of their calendar, with pooled records.
 *
 * A record carries a handler and a payload instead of a closure; a cancelled record stays in the calendar and is skipped
 * when it surfaces (finding it there would cost more). A timer is a number that names a slot and its generation, so that
 * a handle to a record which was reused long ago does nothing.
 */
import type { Micros } from "./duration.js";
import { EventCalendar } from "./event-calendar.js";
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
  /** The next one in the same list of the calendar. */
  next: Entry | null = null;
  constructor(readonly slot: number) {}
}

export class EventQueue {
  private readonly calendar: EventCalendar<Entry>;
  private readonly slots: Entry[] = [];
  private readonly free: Entry[] = [];
  private sequence = 0;
  /** Planned events below the phase `traffic` that were neither dispatched nor cancelled: 0 means a settled cluster. */
  pendingControl = 0;

  /** `start` is where the clock starts, in microseconds. Default 0. */
  constructor(start: Micros = 0) {
    this.calendar = new EventCalendar(start);
  }

  /** Records in the calendar, those of cancelled and dead events included. */
  get size(): number {
    return this.calendar.size;
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
    this.calendar.add(entry);
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
      const entry = this.calendar.first();
      if (entry === undefined) return undefined;
      if (entry.handler !== null && entry.owner!.incarnation === entry.incarnation) return entry;
      this.pop(entry);
    }
  }

  /** Removes the entry that `peek` returned, whose record will be reused: read it before. */
  pop(entry: Entry): void {
    if (entry.handler !== null && entry.phase < Phase.traffic) this.pendingControl--;
    this.calendar.removeFirst();
    entry.handler = null;
    entry.payload = null;
    entry.owner = null;
    entry.generation++;
    this.free.push(entry);
  }

  /** The clock goes to `time`, before which nothing is planned, although no event takes it there. */
  skipTo(time: Micros): void {
    this.calendar.turnBackTo(time);
  }

  private grow(): Entry {
    if (this.slots.length === SLOTS) throw new RangeError(`more than ${SLOTS} events are pending`);
    const entry = new Entry(this.slots.length);
    this.slots.push(entry);
    return entry;
  }
}
