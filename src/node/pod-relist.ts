/**
 * PLEG, the pod lifecycle event generator: once a second the kubelet looks at all containers of its runtime, and what has
 * changed since leads to a sync of the pod (pkg/kubelet/pleg/generic.go, period 1 s). Only relists that would find
 * something are events here; a relist takes no time. From 1.36 on it also looks at single pods, when a sync asks it to.
 */
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { uniform } from "../engine/random.js";

const RELIST_PERIOD: Micros = SECOND;

/** From the end of a sync to the next one of the same pod, which has seen what it did: a look at the runtime, two queues. */
const ON_DEMAND: Micros = 5 * MILLISECOND;

/** The first relist after `time`, on a grid of one second through `phase`. */
export function nextRelist(time: Micros, phase: Micros): Micros {
  return phase + (Math.floor((time - phase) / RELIST_PERIOD) + 1) * RELIST_PERIOD;
}

export interface RelistedPod {
  /** A relist has seen the containers of this pod as they are now. */
  relisted(): void;
}

export class PodRelist {
  readonly phase: Micros;
  private changed: RelistedPod[] = [];

  constructor(private readonly context: Context) {
    this.phase = Math.floor(uniform(context.key("relist"), 0) * RELIST_PERIOD);
  }

  /** Something about the pod's containers has changed that the next relist will find. */
  markChanged(pod: RelistedPod): void {
    if (this.changed.includes(pod)) return;
    this.changed.push(pod);
    if (this.changed.length > 1) return;
    this.context.at(nextRelist(this.context.now, this.phase), Phase.syncStart, relist, this);
  }

  /** The first relist after `time`. */
  after(time: Micros): Micros {
    return nextRelist(time, this.phase);
  }

  /** Looks at one pod, in which a sync has just started something. */
  demand(pod: RelistedPod): void {
    this.context.after(ON_DEMAND, Phase.syncStart, relistPod, pod);
  }

  /** @internal */
  relist(): void {
    const pods = this.changed;
    this.changed = [];
    for (const pod of pods) pod.relisted();
  }
}

function relist(relist: PodRelist): void {
  relist.relist();
}

function relistPod(pod: RelistedPod): void {
  pod.relisted();
}
