/**
 * Whoever keeps the targets of something in front of a Service in step with the cluster: the controller of a cloud's load
 * balancers (nodes, or endpoints), an ingress controller. It looks at its source when that has changed, at most once a
 * pace; what it asks for then takes a while to be in force, and targets are gone later than new ones come where it is
 * careful.
 */
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { type Key, uniform } from "../engine/random.js";

/** What is registered with. */
export interface Targets<T> {
  /** The target gets its share from now on. A key that is registered already has another target now. */
  register(key: string, target: T): void;
  /** It gets nothing new from now on. */
  deregister(key: string): void;
}

export interface RegistrarOptions<T> {
  /** Draws of its latencies are this context's. */
  readonly context: Context;
  /** What there is now, by a stable key, in a fixed order: nodes, or the endpoints of slices that a reader has brought. */
  readonly source: () => Iterable<readonly [key: string, target: T]>;
  /** Which of it should be targets. */
  readonly filter: (target: T) => boolean;
  readonly targets: Targets<T>;
  /** From one look at the source to the next at least. */
  readonly pace: Micros;
  /** From a look to a registration in force, and to the end of one. */
  readonly addLatency: Variate;
  readonly removeLatency: Variate;
  /** "add-first": no target of a look is gone before all new ones of it are in force. */
  readonly order: "together" | "add-first";
}

export class Registrar<T> {
  /** What it has asked for, which may not be in force yet. */
  private asked = new Map<string, T>();
  private planned = false;
  private lookedAt: Micros = Number.NEGATIVE_INFINITY;
  private draws = 0;
  private readonly addKey: Key;
  private readonly removeKey: Key;

  constructor(private readonly options: RegistrarOptions<T>) {
    this.addKey = options.context.key("add latency");
    this.removeKey = options.context.key("remove latency");
  }

  /** The source has changed. */
  changed(): void {
    const { context, pace } = this.options;
    if (this.planned) return;
    this.planned = true;
    context.at(Math.max(context.now, this.lookedAt + pace), Phase.write, look, this as Registrar<unknown>);
  }

  /** @internal */
  look(): void {
    const { context, addLatency, removeLatency, order } = this.options;
    this.planned = false;
    this.lookedAt = context.now;
    const wanted = this.wanted();
    let inForce = context.now;
    for (const [key, target] of wanted) {
      if (this.asked.get(key) === target) continue;
      const at = context.now + this.draw(addLatency, this.addKey);
      inForce = Math.max(inForce, at);
      context.at(at, Phase.write, register, { registrar: this as Registrar<unknown>, key, target });
    }
    const earliest = order === "add-first" ? inForce : context.now;
    for (const key of this.asked.keys()) {
      if (wanted.has(key)) continue;
      const at = Math.max(earliest, context.now + this.draw(removeLatency, this.removeKey));
      context.at(at, Phase.write, deregister, { registrar: this as Registrar<unknown>, key });
    }
    this.asked = wanted;
  }

  /** @internal Unless something else has been asked for meanwhile. */
  register(key: string, target: T): void {
    if (this.asked.get(key) === target) this.options.targets.register(key, target);
  }

  /** @internal Unless it has been asked for again. */
  deregister(key: string): void {
    if (!this.asked.has(key)) this.options.targets.deregister(key);
  }

  private wanted(): Map<string, T> {
    const { source, filter } = this.options;
    const wanted = new Map<string, T>();
    for (const [key, target] of source()) if (filter(target)) wanted.set(key, target);
    return wanted;
  }

  private draw(latency: Variate, key: Key): Micros {
    return latency.quantile(uniform(key, this.draws++));
  }
}

function look(registrar: Registrar<unknown>): void {
  registrar.look();
}

interface Registration {
  readonly registrar: Registrar<unknown>;
  readonly key: string;
}

function register({ registrar, key, target }: Registration & { readonly target: unknown }): void {
  registrar.register(key, target);
}

function deregister({ registrar, key }: Registration): void {
  registrar.deregister(key);
}
