/**
 * The reference for lazy readers: one event per delivery, sync start and sync end, and the two runners written down as
 * the loops that they are upstream. It replays the finished streams of a ProxyLog in a simulation of its own.
 */
import type { Context } from "../../../src/engine/context.js";
import type { Micros } from "../../../src/engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../../src/engine/event-queue.js";
import { bits, uniform } from "../../../src/engine/random.js";
import type { ApiSession } from "../../../src/model/api-session.js";
import type { ChangeStream } from "../../../src/node/service-proxy/change-stream.js";
import type { RuleReaderOptions } from "../../../src/node/service-proxy/kube-proxy/rule-reader.js";
import { durationFactor, syncDuration } from "../../../src/node/service-proxy/kube-proxy/sync-cost.js";
import type { SyncRecord } from "../../../src/node/service-proxy/kube-proxy/sync-history.js";
import type { ProxiedService } from "../../../src/node/service-proxy/proxied-service.js";

const HOUR = 3_600_000_000;

class EagerStream {
  received = 0;
  taken = 0;
  lastArrival = Number.NEGATIVE_INFINITY;
  constructor(
    readonly reader: EagerReader,
    readonly changes: ChangeStream,
    readonly draw: (index: number) => number,
  ) {}
}

interface Delivery {
  readonly stream: EagerStream;
  readonly index: number;
}

export class EagerReader {
  readonly records: SyncRecord[] = [];
  private readonly services: EagerStream;
  private readonly slices: EagerStream;
  private state: "starting" | "waiting" | "running" | "sleeping" = "waiting";
  private token = false;
  private planned = false;
  private timer: Timer = NO_TIMER;
  private timerAt: Micros = Number.POSITIVE_INFINITY;
  private tokens: Micros;
  private tokensAt: Micros = 0;
  private completed: Micros = Number.NEGATIVE_INFINITY;
  private first = false;
  private started: Micros = Number.NaN;
  private readonly session: ApiSession;
  private lastFull: Micros;
  private lastSave: Micros;

  constructor(
    readonly context: Context,
    private readonly options: RuleReaderOptions,
  ) {
    const { log, keys, runner, syncPeriod, startedAt, lag, session } = options;
    this.session = session;
    const drawOf = (changes: ChangeStream, key: typeof keys.slices) => (index: number) => {
      const draw = changes.draw[index]!;
      return draw < 0 ? bits(keys.background, -draw - 1) : bits(key, draw);
    };
    this.services = new EagerStream(this, log.services, drawOf(log.services, keys.services));
    this.slices = new EagerStream(this, log.slices, drawOf(log.slices, keys.slices));
    this.tokens = 2 * runner.minInterval;
    this.lastFull = -Math.round(HOUR * uniform(keys.phase, 0));
    this.lastSave = -Math.round(syncPeriod * uniform(keys.phase, 1));
    if (startedAt < 0) this.arm(this.lastFull + HOUR);
    let listed = 0;
    for (const stream of [this.services, this.slices]) {
      const { committedAt } = stream.changes;
      for (let index = 0; index < committedAt.length; index++) {
        const time = committedAt[index]!;
        if (time < 0 || time <= startedAt) stream.received = index + 1;
        else context.at(time, Phase.write, commit, { stream, index });
      }
      if (startedAt < 0) stream.taken = stream.received;
      const key = stream === this.services ? keys.services : keys.slices;
      listed = Math.max(listed, startedAt + lag.of(bits(key, 0)));
    }
    if (startedAt < 0) return;
    this.state = "starting";
    const listedAt = session.arrivalOf(listed);
    if (listedAt < Number.POSITIVE_INFINITY) context.at(listedAt, Phase.syncStart, startFirst, this);
  }

  commit({ stream, index }: Delivery): void {
    const due = this.context.now + this.options.lag.of(stream.draw(index));
    const arrival = Math.max(stream.lastArrival, this.session.arrivalOf(due));
    stream.lastArrival = arrival;
    if (arrival < Number.POSITIVE_INFINITY) this.context.at(arrival, Phase.delivery, deliver, { stream, index });
  }

  deliver({ stream, index }: Delivery): void {
    stream.received = index + 1;
    this.token = true;
    if (this.state === "waiting") this.plan();
  }

  /** The loop looks at its channel once all deliveries of this instant have come. */
  private plan(): void {
    if (this.planned) return;
    this.planned = true;
    this.context.after(0, Phase.syncStart, attempt, this);
  }

  attempt(): void {
    this.planned = false;
    const { leadingEdge, minInterval } = this.options.runner;
    const { now } = this.context;
    if (!leadingEdge) {
      this.tokens = Math.min(2 * minInterval, this.tokens + now - this.tokensAt);
      this.tokensAt = now;
      if (this.tokens < minInterval) {
        this.token = false;
        this.arm(Math.min(this.timerAt, this.completed + minInterval));
        return;
      }
      this.tokens -= minInterval;
    }
    this.start();
  }

  startFirst(): void {
    this.first = true;
    this.start();
  }

  /** Between minimum intervals: a token that came meanwhile is used at once. */
  awake(): void {
    this.state = "waiting";
    if (this.token) this.attempt();
  }

  private start(): void {
    const { mode, syncPeriod, fullSyncPeriod, keys, log } = this.options;
    const { services, slices } = this;
    const { now } = this.context;
    this.token = false;
    this.disarm();
    this.state = "running";
    this.started = now;
    const load = {
      full: this.first || now - this.lastFull >= fullSyncPeriod,
      saveDue: false,
      services: log.services.total[services.received] ?? 0,
      endpoints: log.slices.total[slices.received] ?? 0,
      ...this.changed(),
    };
    load.saveDue = load.full || mode.saveIsDue(load.endpoints, now - this.lastSave, syncPeriod);
    const newest =
      slices.received > slices.taken
        ? slices.changes.draw[slices.received - 1]
        : services.changes.draw[services.received - 1];
    services.taken = services.received;
    slices.taken = slices.received;
    if (load.full) this.lastFull = now;
    if (load.saveDue) this.lastSave = now;
    const duration = syncDuration(mode, load, durationFactor(uniform(keys.duration, newest ?? 0)));
    this.context.after(duration, Phase.syncEnd, finish, this);
  }

  private changed(): { changedServices: number; changedEndpoints: number } {
    const { services, slices } = this;
    const counted = new Set<ProxiedService>();
    let changedServices = 0;
    let changedEndpoints = 0;
    for (let index = slices.received - 1; index >= slices.taken; index--) {
      const service = slices.changes.service[index] ?? null;
      if (service !== null && counted.has(service)) continue;
      if (service !== null) counted.add(service);
      changedServices += slices.changes.ports[index]!;
      changedEndpoints += slices.changes.endpoints[index]!;
    }
    for (let index = services.received - 1; index >= services.taken; index--) {
      const service = services.changes.service[index]!;
      if (counted.has(service)) continue;
      counted.add(service);
      changedServices += services.changes.ports[index]!;
      changedEndpoints += service.snapshotAt(slices.received)?.size ?? 0;
    }
    return { changedServices, changedEndpoints };
  }

  finish(): void {
    const { now } = this.context;
    const { minInterval, leadingEdge } = this.options.runner;
    this.records.push({ start: this.started, end: now, services: this.services.taken, slices: this.slices.taken });
    this.arm(now + HOUR);
    const direct = this.first;
    this.first = false;
    this.state = "waiting";
    if (!direct) {
      this.completed = now;
      if (leadingEdge) {
        this.state = "sleeping";
        this.context.after(minInterval, Phase.syncStart, awake, this);
        return;
      }
    }
    if (this.token) this.plan();
  }

  private arm(time: Micros): void {
    this.disarm();
    this.timerAt = time;
    this.timer = this.context.at(time, Phase.syncStart, timeOut, this);
  }

  private disarm(): void {
    this.context.cancel(this.timer);
    this.timerAt = Number.POSITIVE_INFINITY;
  }

  timeOut(): void {
    this.timerAt = Number.POSITIVE_INFINITY;
    if (this.state === "waiting" && !this.planned) this.plan();
  }

  crash(): void {
    this.context.crash();
  }
}

function commit(delivery: Delivery): void {
  delivery.stream.reader.commit(delivery);
}
function deliver(delivery: Delivery): void {
  delivery.stream.reader.deliver(delivery);
}
function attempt(reader: EagerReader): void {
  reader.attempt();
}
function awake(reader: EagerReader): void {
  reader.awake();
}
function startFirst(reader: EagerReader): void {
  reader.startFirst();
}
function finish(reader: EagerReader): void {
  reader.finish();
}
function timeOut(reader: EagerReader): void {
  reader.timeOut();
}
