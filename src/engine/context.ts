/**
 * A context is the only door through which a component has effects: time, timers, randomness, facts. It dies with its
 * incarnation. Contexts form a tree: a crash is one counter going up in a context and all below it, and nothing that the
 * dead incarnation had planned will happen.
 */
import type { Micros } from "./duration.js";
import { type Handler, NO_TIMER, type Owner, type Phase, type Timer } from "./event-queue.js";
import { type FactId, NO_FACT } from "./facts.js";
import type { Key } from "./random.js";
import type { Simulation } from "./simulation.js";

export class Context implements Owner {
  incarnation = 0;
  alive = true;
  /** When the last incarnation ended; negative infinity while it is the first one. */
  endedAt: Micros = Number.NEGATIVE_INFINITY;
  private readonly children: Context[] = [];

  /** `name` is the stable name of the entity ("Node/node-1", "kubelet/node-1"): it keys the entity's draws. */
  constructor(
    readonly simulation: Simulation,
    readonly name: string,
    private readonly parent: Context | null = null,
  ) {
    parent?.children.push(this);
  }

  get now(): Micros {
    return this.simulation.now;
  }

  /** A context that dies with this one. */
  child(name: string): Context {
    const child = new Context(this.simulation, name, this);
    child.alive = this.alive;
    return child;
  }

  /** Detaches this context from its parent once its component has ended for good, so that memory can go. */
  end(): void {
    this.crash();
    const siblings = this.parent?.children;
    const index = siblings?.indexOf(this) ?? -1;
    if (siblings !== undefined && index >= 0) siblings.splice(index, 1);
  }

  /** Plans `handler(payload)` after `delay` microseconds, unless this incarnation has ended by then. */
  after<P>(delay: Micros, phase: Phase, handler: Handler<P>, payload: P): Timer {
    return this.at(this.simulation.now + delay, phase, handler, payload);
  }

  /** Plans `handler(payload)` at `time`, which must not lie in the past. A dead context plans nothing: NO_TIMER. */
  at<P>(time: Micros, phase: Phase, handler: Handler<P>, payload: P): Timer {
    if (!this.alive) return NO_TIMER;
    return this.simulation.schedule(time, phase, this, handler, payload);
  }

  cancel(timer: Timer): void {
    this.simulation.cancel(timer);
  }

  /** The key of this entity's draws for one purpose. */
  key(purpose: string): Key {
    return this.simulation.random.key(this.name, purpose);
  }

  /**
   * Records a fact about `subject`, caused by the current cause unless `parent` is given. `detail` is a short text.
   * It does not change the current cause: use `because` for what follows from the new fact.
   */
  record(kind: number, subject: string, detail = "", parent: FactId = this.simulation.cause): FactId {
    const { facts } = this.simulation;
    // texts would stay for the whole run
    if (!facts.recording) return NO_FACT;
    return facts.add(this.now, kind, facts.intern(this.name), facts.intern(subject), facts.intern(detail), parent);
  }

  /** Makes `fact` the cause of all that follows in this event. */
  because(fact: FactId): void {
    this.simulation.cause = fact;
  }

  /** Ends this incarnation and those of all contexts below. Planned events of theirs will not happen. */
  crash(): void {
    if (this.alive) this.endedAt = this.simulation.now;
    this.incarnation++;
    this.alive = false;
    for (const child of this.children) child.crash();
  }

  /** Starts the next incarnation of this context only; its component decides what runs again. */
  restart(): void {
    if (this.alive) throw new Error(`${this.name} is running`);
    this.alive = true;
  }
}
