/**
 * Clock and run loop. The clock jumps from event to event; no event runs inside another; nothing else moves time.
 * The current cause is the fact because of which the running event was planned; it is handed along with every event.
 */
import type { Micros } from "./duration.js";
import { EventQueue, type Handler, type Owner, type Phase, type Timer } from "./event-queue.js";
import { type FactId, Facts, NO_FACT } from "./facts.js";
import { Random } from "./random.js";

export interface SimulationOptions {
  /** The scenario's seed as text. */
  readonly seed: string;
  /** Which repetition this is; 0 is the first. Default 0. */
  readonly run?: number;
  /** Where the clock starts, in microseconds. Default 0; negative while a cluster converges before time zero. */
  readonly startAt?: Micros;
  /** Most events that the run may dispatch. Default 2 × 10⁹. */
  readonly maxEvents?: number;
}

/** The limit of events was hit: either the scenario is that large, or something loops. */
export class EventLimitError extends Error {
  constructor(
    readonly limit: number,
    readonly at: Micros,
  ) {
    super(`the run reached its limit of ${limit} events at simulated time ${at / 1e6} s`);
    this.name = "EventLimitError";
  }
}

export class Simulation {
  now: Micros;
  /** The cause that new facts and new events inherit. */
  cause: FactId = NO_FACT;
  /** Events dispatched so far; cancelled and dead ones do not count. */
  dispatched = 0;
  readonly facts = new Facts();
  readonly random: Random;
  private readonly queue: EventQueue;
  private readonly maxEvents: number;
  private halted = false;

  constructor(options: SimulationOptions) {
    this.now = options.startAt ?? 0;
    this.queue = new EventQueue(this.now);
    this.maxEvents = options.maxEvents ?? 2e9;
    this.random = new Random(options.seed, options.run ?? 0);
  }

  /** Plans an event at `time` (not before now) for `owner`. Components go through their context. */
  schedule<P>(time: Micros, phase: Phase, owner: Owner, handler: Handler<P>, payload: P): Timer {
    if (!(time >= this.now)) throw new RangeError(`an event at ${time} µs would lie before now, ${this.now} µs`);
    return this.queue.push(time, phase, owner, this.cause, handler, payload);
  }

  cancel(timer: Timer): void {
    this.queue.cancel(timer);
  }

  /** Ends the run with the current event; what is planned will not happen. */
  halt(): void {
    this.halted = true;
  }

  /** Planned events that belong to the cluster rather than to traffic or measurement. */
  get pendingControl(): number {
    return this.queue.pendingControl;
  }

  /** Time of the next event that will happen, or Infinity. */
  nextTime(): Micros {
    return this.queue.peek()?.time ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Runs at most `maxEvents` events that lie before `until` (default: all); true while such events remain.
   * Between two calls there is no current cause: what is planned from outside an event is a root.
   */
  advance(maxEvents: number, until: Micros = Number.POSITIVE_INFINITY): boolean {
    const queue = this.queue;
    let next = queue.peek();
    for (let budget = maxEvents; budget > 0 && next !== undefined && next.time < until && !this.halted; budget--) {
      const { handler, payload, time, cause } = next;
      if (this.dispatched >= this.maxEvents) throw new EventLimitError(this.maxEvents, time);
      queue.pop(next);
      this.now = time;
      this.cause = cause;
      this.dispatched++;
      handler!(payload as never);
      next = queue.peek();
    }
    this.cause = NO_FACT;
    return next !== undefined && next.time < until && !this.halted;
  }

  /** Moves the clock forward over an empty stretch, for instance from the converged state to time zero. */
  skipTo(time: Micros): void {
    if (time < this.now || this.nextTime() < time) throw new RangeError("cannot skip over planned events");
    this.now = time;
    this.queue.skipTo(time);
  }
}
