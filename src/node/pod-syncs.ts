/**
 * When a pod may be synced, by what its worker has done so far (pkg/kubelet/pod_workers.go `podWorkerLoop`): every sync but
 * the first waits for a relist that is newer than the end of the sync before, and so does the termination. What leads to a
 * sync while one is under way or waits leads to one more at most. A pod that nothing happens to is synced again each 60 to
 * 90 s (`resyncInterval`): that is no event, for it matters only to probes and to a termination that follows at once.
 */
import type { Context } from "../engine/context.js";
import { MINUTE, type Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { uniform } from "../engine/random.js";
import { firstTick } from "../model/ticks.js";
import type { KubeletServices } from "./kubelet-services.js";
import type { RelistedPod } from "./pod-relist.js";
import { requeueDelay } from "./restart-backoff.js";

const RESYNC_INTERVAL: Micros = MINUTE;

export interface SyncedPod extends RelistedPod {
  /** A sync begins that something has asked for. */
  sync(): void;
  /** A sync begins that has waited for the relist of this instant. */
  syncAfterRelist(): void;
  beginTermination(): void;
}

export class PodSyncs {
  /** A sync is under way. */
  running = false;
  private requested = false;
  private timer: Timer = NO_TIMER;
  /** When the sync begins that waits for a relist; NaN when none does. */
  private waitsUntil: Micros = Number.NaN;
  /** End of the newest sync that something had led to. */
  private last: Micros = Number.NEGATIVE_INFINITY;
  private count = 0;
  /** Of the periodic syncs after it. Upstream draws each anew; one draw for all of them makes any of them known at once. */
  private period: Micros = 0;
  /** The queue syncs the pod again, for a container that waits for its restart. */
  private requeue: Timer = NO_TIMER;
  private requeues = 0;

  constructor(
    private readonly context: Context,
    private readonly entity: string,
    private readonly services: KubeletServices,
    private readonly pod: SyncedPod,
  ) {}

  /** A sync begins. */
  begin(): void {
    this.context.cancel(this.timer);
    this.waitsUntil = Number.NaN;
    this.running = true;
  }

  /** The sync has ended. `started`: it has started a container; `until`: when the next one may be started, or Infinity. */
  end(started: boolean, until: Micros): void {
    const { context, services, entity } = this;
    const { relist, behaviour, syncTicker } = services;
    const { requested } = this;
    this.ended();
    if (started && behaviour.relistOnDemand) relist.demand(this.pod);
    else if (started) relist.markChanged(this.pod);
    if (requested) this.request();
    context.cancel(this.requeue);
    if (until === Number.POSITIVE_INFINITY) return;
    const draw = uniform(context.simulation.random.key(entity, "requeue"), this.requeues++);
    const delay = requeueDelay(until - context.now, behaviour.requeueAtBackoffExpiry, draw);
    this.requeue = context.at(firstTick(syncTicker, context.now + delay), Phase.syncStart, request, this as PodSyncs);
  }

  /** Asks for a sync. */
  request(): void {
    if (this.running) this.requested = true;
    if (this.running || !Number.isNaN(this.waitsUntil)) return;
    const { start } = this;
    if (start <= this.context.now) this.pod.sync();
    else this.wait(start, syncAfterRelist);
  }

  /** Asks for the termination: it interrupts a sync that is under way, and comes after one that waits. */
  terminate(): void {
    this.context.cancel(this.requeue);
    if (this.running) this.ended();
    const start = Number.isNaN(this.waitsUntil) ? this.start : this.services.relist.after(this.waitsUntil);
    if (start <= this.context.now) this.pod.beginTermination();
    else this.wait(start, beginTermination);
  }

  /** The first periodic sync at or after `time`, if nothing leads to another one before. */
  resyncAfter(time: Micros): Micros {
    let index = Math.max(1, Math.floor((time - this.last) / this.interval) - 1);
    while (this.resync(index) < time) index++;
    return this.resync(index);
  }

  private ended(): void {
    this.running = false;
    this.requested = false;
    this.last = this.context.now;
    this.count++;
    this.period = 0;
  }

  private wait(start: Micros, handler: (syncs: PodSyncs) => void): void {
    this.context.cancel(this.timer);
    this.waitsUntil = start;
    this.timer = this.context.at(start, Phase.syncStart, handler, this as PodSyncs);
  }

  /** When a sync may begin that is asked for now. */
  private get start(): Micros {
    return this.count === 0 ? this.context.now : this.services.relist.after(this.newest(this.context.now));
  }

  /** The newest sync before `now`, periodic ones included. */
  private newest(now: Micros): Micros {
    const index = Math.floor((now - this.last) / this.interval);
    const resync = index === 0 ? this.last : this.resync(index);
    if (resync < now || index === 0) return resync;
    return index === 1 ? this.last : this.resync(index - 1);
  }

  private resync(index: number): Micros {
    return firstTick(this.services.syncTicker, this.last + index * this.interval);
  }

  private get interval(): Micros {
    if (this.period === 0) {
      const draw = uniform(this.context.simulation.random.key(this.entity, "resync"), this.count);
      this.period = Math.ceil(RESYNC_INTERVAL * (1 + 0.5 * draw));
    }
    return this.period;
  }

  /** @internal */
  syncAfterRelist(): void {
    this.pod.syncAfterRelist();
  }

  /** @internal */
  beginTermination(): void {
    this.pod.beginTermination();
  }
}

function request(syncs: PodSyncs): void {
  syncs.request();
}

function syncAfterRelist(syncs: PodSyncs): void {
  syncs.syncAfterRelist();
}

function beginTermination(syncs: PodSyncs): void {
  syncs.beginTermination();
}
