/**
 * What one node's kube-proxy has programmed, as positions in the two streams of changes.
 *
 * Readers are lazy: there is no event per delivery or sync. `cursorAt(t)` catches up when asked and knows until when its
 * answer holds. The answer is a pure function of the streams, the node's draws and t: it is the same whether a node was
 * asked at every instant or only once, and the same as that of a reader with an event per delivery and sync (a test
 * holds both beside each other). A reader writes no facts. Before a reader is changed (crash), it is settled up to now.
 */
import type { Micros } from "../../../engine/duration.js";
import { bits, type Key, uniform } from "../../../engine/random.js";
import type { ApiSession } from "../../../model/api-session.js";
import type { DeliveryLag } from "../delivery-lag.js";
import type { ProxyLog } from "../proxy-log.js";
import type { Cursor, RulePositions } from "../rule-positions.js";
import { StreamReader } from "../stream-reader.js";
import { addChanges } from "./changed-services.js";
import type { ProxyMode, SyncLoad } from "./modes/mode.js";
import { durationFactor, shortestSync, syncDuration } from "./sync-cost.js";
import {
  bucketAfter,
  earliestStart,
  FULL_BUCKET,
  MAX_INTERVAL,
  nextStart,
  type RunnerRules,
  type RunRequests,
} from "./sync-runner.js";

export interface RuleReader extends RulePositions {
  /** Catches up with `time`. */
  settle(time: Micros): void;
  /** kube-proxy ends now: the rules stay in the kernel for ever, a sync that is running leaves no trace. */
  crash(time: Micros): void;
}

/** Told of every sync that has finished, in order, some time afterwards. The cursors are reused. */
export interface SyncObserver {
  onSync(from: Readonly<Cursor>, to: Readonly<Cursor>, start: Micros, end: Micros): void;
}

/** The keys of a node's draws, one a purpose. */
export interface RuleReaderKeys {
  readonly services: Key;
  readonly slices: Key;
  readonly background: Key;
  readonly duration: Key;
  readonly phase: Key;
}

export interface RuleReaderOptions {
  readonly log: ProxyLog;
  readonly mode: ProxyMode;
  readonly runner: RunnerRules;
  readonly syncPeriod: Micros;
  /** Default modelled. */
  readonly syncCost?: "modelled" | "none";
  /** So long after the last time all rules are written again without cause; Infinity when that does not happen. */
  readonly fullSyncPeriod: Micros;
  readonly lag: DeliveryLag;
  /** Of the process with the API server. */
  readonly session: ApiSession;
  readonly keys: RuleReaderKeys;
  /** When the process starts. Before time zero nothing takes time, and at time zero the node is up to date. */
  readonly startedAt: Micros;
  /** What is in the kernel when a process starts after time zero. Default: nothing. */
  readonly kernel?: Readonly<Cursor>;
  /** How many processes have run before this one on the node: each draws the delay of its list anew. Default 0. */
  readonly restarts?: number;
  readonly observer: SyncObserver | null;
}

/** Index of the draw of the delay with which the first list arrives, then one more a restart; no change has these. */
const LIST_DRAW = 0;

export class LazyRuleReader implements RuleReader, RunRequests {
  /** Positions that the rules stood for at time zero (or before the first sync, when started later). */
  readonly initial: Cursor = { services: 0, slices: 0 };
  /** When the lists of a process that started after time zero are due; −Infinity otherwise. */
  private readonly listDue: Micros;
  private readonly services: StreamReader;
  private readonly slices: StreamReader;
  private readonly applied: Cursor = { services: 0, slices: 0 };
  private readonly taken: Cursor = { services: 0, slices: 0 };
  private readonly load: SyncLoad;
  private readonly costsTime: boolean;
  private begun = false;
  private syncing = false;
  private syncStart: Micros = Number.NaN;
  private syncEnd: Micros = Number.NEGATIVE_INFINITY;
  /** End of the last sync that the runner has started. */
  private completed: Micros = Number.NEGATIVE_INFINITY;
  private bucket: Micros = FULL_BUCKET;
  private startup: boolean;
  private lastFull: Micros;
  private lastSave: Micros;
  private timerSince: Micros;
  private heldUntil: Micros = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: RuleReaderOptions) {
    const { log, lag, keys, startedAt, syncPeriod, session } = options;
    this.services = new StreamReader(log.services, session, lag, keys.services, keys.background);
    this.slices = new StreamReader(log.slices, session, lag, keys.slices, keys.background);
    this.costsTime = options.syncCost !== "none";
    this.load = {
      full: false,
      saveDue: false,
      services: 0,
      endpoints: 0,
      changedServices: 0,
      changedEndpoints: 0,
    };
    // nobody knows where in its hour a node is at time zero
    this.lastFull = -Math.round(MAX_INTERVAL * uniform(keys.phase, 0));
    this.lastSave = -Math.round(syncPeriod * uniform(keys.phase, 1));
    this.timerSince = this.lastFull;
    this.startup = startedAt >= 0;
    this.listDue = Number.NEGATIVE_INFINITY;
    if (!this.startup) return;
    log.extendTo(startedAt);
    Object.assign(this.initial, options.kernel);
    Object.assign(this.applied, options.kernel);
    Object.assign(this.taken, options.kernel);
    this.services.position = log.services.length;
    this.slices.position = log.slices.length;
    const list = LIST_DRAW + (options.restarts ?? 0);
    const delay = Math.max(lag.of(bits(keys.services, list)), lag.of(bits(keys.slices, list)));
    this.listDue = startedAt + delay;
    this.timerSince = Number.POSITIVE_INFINITY;
    this.begun = true;
  }

  cursorAt(time: Micros): Readonly<Cursor> {
    if (time >= this.heldUntil) this.advance(time);
    return this.applied;
  }

  validUntil(): Micros {
    return this.heldUntil;
  }

  settle(time: Micros): void {
    this.cursorAt(time);
  }

  crash(time: Micros): void {
    this.cursorAt(time);
    this.heldUntil = Number.POSITIVE_INFINITY;
  }

  /** First arrival at or after `time` of a change that no sync has taken. */
  firstFrom(time: Micros): Micros {
    return Math.min(this.services.firstFrom(time), this.slices.firstFrom(time));
  }

  private advance(time: Micros): void {
    this.options.log.extendTo(time);
    if (!this.begun) this.begin(time);
    if (!this.begun) return;
    for (;;) {
      if (this.syncing) {
        if (this.syncEnd > time) {
          this.heldUntil = this.syncEnd;
          return;
        }
        this.finishSync();
      }
      const start = this.nextSync();
      if (start > time) {
        this.heldUntil = this.earliestSync(start, time) + (this.costsTime ? shortestSync(this.options.mode) : 0);
        return;
      }
      this.startSync(start);
    }
  }

  /** While the cluster converges, rules follow the log at once; at time zero the node knows all that came before. */
  private begin(time: Micros): void {
    const { services, slices } = this.options.log;
    this.begun = time >= 0;
    this.initial.services = this.begun ? services.countBefore(0) : services.length;
    this.initial.slices = this.begun ? slices.countBefore(0) : slices.length;
    this.services.position = this.initial.services;
    this.slices.position = this.initial.slices;
    Object.assign(this.applied, this.initial);
    Object.assign(this.taken, this.initial);
  }

  /** Start of the next sync as far as the streams are known. */
  private nextSync(): Micros {
    if (this.startup) return this.options.session.arrivalOf(this.listDue);
    const asked = nextStart(this.options.runner, this.completed, this.bucket, this);
    return Math.max(this.syncEnd, Math.min(asked, this.timerSince + MAX_INTERVAL));
  }

  /**
   * The next sync may yet start before `start`, but not before this: a change that is committed from `time` on may ask for it,
   * or one on its way that a cut keeps until a request is granted at once, where it would have been put off.
   */
  private earliestSync(start: Micros, time: Micros): Micros {
    if (this.startup) return start;
    const earliest = Math.max(earliestStart(this.options.runner, this.completed, this.bucket), this.syncEnd);
    if (start <= earliest) return start;
    return Math.min(start, Math.max(earliest, Math.min(time + this.options.lag.minimum, this.firstFrom(time + 1))));
  }

  private startSync(start: Micros): void {
    const { mode, log, runner, syncPeriod, fullSyncPeriod, keys } = this.options;
    const { load, services, slices, taken } = this;
    services.take(start);
    slices.take(start);
    load.services = log.services.total[services.position] ?? 0;
    load.endpoints = log.slices.total[slices.position] ?? 0;
    addChanges(load, log, taken, services.position, slices.position);
    load.full = this.startup || start - this.lastFull >= fullSyncPeriod;
    load.saveDue = load.full || mode.saveIsDue(load.endpoints, start - this.lastSave, syncPeriod);
    const changed = slices.position > taken.slices;
    const newest = changed ? log.slices.draw[slices.position - 1] : log.services.draw[services.position - 1];
    const factor = durationFactor(uniform(keys.duration, newest ?? LIST_DRAW));
    this.syncing = true;
    this.syncStart = start;
    this.syncEnd = start + (this.costsTime ? syncDuration(mode, load, factor) : 0);
    if (load.full) this.lastFull = start;
    if (load.saveDue) this.lastSave = start;
    if (!this.startup) this.bucket = bucketAfter(runner, this.bucket, start);
  }

  private finishSync(): void {
    const { applied, taken, services, slices, syncStart, syncEnd } = this;
    taken.services = services.position;
    taken.slices = slices.position;
    this.options.observer?.onSync(applied, taken, syncStart, syncEnd);
    applied.services = taken.services;
    applied.slices = taken.slices;
    this.syncing = false;
    // the first sync does not go through the runner, which is still idle afterwards
    if (!this.startup) this.completed = syncEnd;
    this.timerSince = syncEnd;
    this.startup = false;
  }
}
