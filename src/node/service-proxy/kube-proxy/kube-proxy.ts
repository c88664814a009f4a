/**
 * kube-proxy on one node: a lazy reader of Services and EndpointSlices, and the rules that follow from how far it is.
 * A process that ends leaves its rules in the kernel; the next one lists everything and writes all rules anew.
 */
import type { Context } from "../../../engine/context.js";
import type { Variate } from "../../../engine/distribution.js";
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { AddressRange } from "../../../model/address.js";
import type { VersionedBehaviour } from "../../../model/kubernetes-version.js";
import type { EndpointObserver, Observation, Observer } from "../../../model/observation.js";
import type { KubeProxySettings } from "../../../model/settings.js";
import { deliveryLagOf } from "../delivery-lag.js";
import type { EndpointSnapshot } from "../endpoint-snapshot.js";
import type { AppliedSnapshot } from "../observed-snapshots.js";
import type { ServiceState } from "../proxied-service.js";
import type { ProxyLog } from "../proxy-log.js";
import { ConntrackCleanup } from "./conntrack-cleanup.js";
import { type Cursor, LazyRuleReader, type RuleReader, type RuleReaderOptions } from "./rule-reader.js";
import { ServiceRules, type SyncTimes } from "./service-rules.js";
import { SyncHistory, type SyncRecord, type SyncStory } from "./sync-history.js";

export interface KubeProxyOptions {
  /** Its name keys the draws of this node's kube-proxy. The process starts now. */
  readonly context: Context;
  readonly nodeIndex: number;
  readonly nodeName: string;
  readonly proxyLog: ProxyLog;
  readonly settings: KubeProxySettings;
  readonly serviceRange: AddressRange;
  readonly behaviour: VersionedBehaviour;
  readonly watchDelivery: Variate;
  /** Keeps every sync, for reports. Nodes that host clients must be observed: their verdicts tell when rules were synced. */
  readonly observed: boolean;
}

interface Incarnation {
  readonly reader: LazyRuleReader;
  /** Index of its first sync among those of the node. */
  readonly firstSync: number;
}

const NO_STORY: SyncStory = { deliveredAt: Number.NaN, syncStart: Number.NaN, syncEnd: Number.NaN };

export class KubeProxy implements SyncTimes, EndpointObserver {
  readonly nodeIndex: number;
  readonly nodeName: string;
  readonly observer: Observer;
  readonly rules: ServiceRules;
  private readonly context: Context;
  private readonly proxyLog: ProxyLog;
  private readonly history: SyncHistory | null;
  /** What the processes of this node have in common. */
  private readonly common: Omit<RuleReaderOptions, "startedAt">;
  /** The reader of the present (or last) process and, before it, those of former ones. */
  private readonly incarnations: Incarnation[];
  private runs = true;
  private endedAt: Micros = Number.NaN;

  constructor(options: KubeProxyOptions) {
    const { context, proxyLog, settings, behaviour, serviceRange } = options;
    this.nodeIndex = options.nodeIndex;
    this.nodeName = options.nodeName;
    this.observer = { kind: "node", name: options.nodeName };
    this.context = context;
    this.proxyLog = proxyLog;
    const history = options.observed ? new SyncHistory() : null;
    this.history = history;
    this.common = {
      log: proxyLog,
      mode: settings.mode,
      runner: { leadingEdge: behaviour.leadingEdgeRunner, minInterval: minSyncPeriodOf(settings) },
      syncPeriod: settings.syncPeriod,
      syncCost: settings.syncCost ?? "modelled",
      hourlyFullSync: behaviour.hourlyFullSync,
      lag: deliveryLagOf(options.watchDelivery),
      keys: {
        services: context.key("watch Service"),
        slices: context.key("watch EndpointSlice"),
        background: context.key("watch background"),
        duration: context.key("sync duration"),
        phase: context.key("sync phase"),
      },
      observer: history,
    };
    const reader = new LazyRuleReader({ ...this.common, startedAt: context.now });
    this.incarnations = [{ reader, firstSync: 0 }];
    const mode = settings.udpConntrack ?? behaviour.udpConntrack;
    const cleanup =
      history === null ? null : new ConntrackCleanup({ log: proxyLog, mode, history, initial: reader.initial });
    this.rules = new ServiceRules({ log: proxyLog, reader, mode: settings.mode, serviceRange, times: this, cleanup });
  }

  /** How far the present process is; the last one's end while none runs. */
  get reader(): RuleReader {
    return this.newest.reader;
  }

  /** Whether a process of kube-proxy runs on the node. */
  get running(): boolean {
    return this.runs;
  }

  /** The process (or its node) ends now; the rules stay in the kernel as they are. */
  crash(now: Micros): void {
    this.runs = false;
    this.endedAt = now;
    this.reader.crash(now);
  }

  /**
   * A process starts now, after the end of the last one: it lists Services and EndpointSlices and writes all rules with
   * its first sync. Until then the kernel keeps what was there.
   */
  start(now: Micros): void {
    if (this.runs) throw new Error(`kube-proxy of ${this.nodeName} is running`);
    this.runs = true;
    const kernel = { ...this.reader.cursorAt(now) };
    const restarts = this.incarnations.length;
    const reader = new LazyRuleReader({ ...this.common, startedAt: now, kernel, restarts });
    this.history?.processStarted();
    this.incarnations.push({ reader, firstSync: this.syncs.length });
    this.rules.follow(reader, now);
  }

  /** Finished syncs, oldest first; empty on a node that is not observed. Settle the reader before. */
  get syncs(): readonly SyncRecord[] {
    return this.history?.records ?? [];
  }

  /**
   * How the change that made this position (of a snapshot: `snapshot.position` in "slices") came to the node; NaN for what
   * has not happened, was not recorded, or was there at time zero.
   */
  explain(stream: keyof Cursor, position: number): SyncStory {
    const records = this.syncs;
    const index = this.history?.firstCovering(stream === "services" ? position : 0, stream === "slices" ? position : 0);
    const record = records[index ?? -1];
    if (record === undefined || position <= this.initial[stream]) return NO_STORY;
    const former = records[(index ?? 0) - 1] ?? this.initial;
    const deliveredAt = this.readerOf(index ?? 0).arrivalOf(stream, former[stream], position - 1);
    return { deliveredAt, syncStart: record.start, syncEnd: record.end };
  }

  syncedAt(state: ServiceState, snapshot: EndpointSnapshot | null): Micros {
    const { initial } = this;
    const slices = snapshot?.position ?? 0;
    if (state.position <= initial.services && slices <= initial.slices) {
      return Math.max(state.write.time, snapshot?.committedAt ?? Number.NEGATIVE_INFINITY);
    }
    return this.recordCovering(state.position, slices)?.end ?? Number.NaN;
  }

  observation(serviceKey: string, now: Micros): Observation | null {
    const service = this.proxyLog.service(serviceKey);
    if (service === null || this.history === null) return null;
    this.reader.settle(now);
    const applied = this.appliedSnapshots(serviceKey);
    return {
      observer: this.observer,
      service: serviceKey,
      beliefs: service.observed.beliefs(applied),
      changes: service.observed.changes(applied, this.context.alive ? Number.POSITIVE_INFINITY : this.endedAt),
    };
  }

  /** What this (observed) node had in force of a Service's endpoints, oldest first. Settle the reader before. */
  appliedSnapshots(serviceKey: string): readonly AppliedSnapshot[] {
    const service = this.proxyLog.service(serviceKey);
    if (service === null || this.history === null) return [];
    const applied: AppliedSnapshot[] = [];
    const initial = service.snapshotAt(this.initial.slices);
    if (initial !== null) applied.push({ at: initial.committedAt, snapshot: initial });
    for (const { end, slices } of this.history.records) {
      const snapshot = service.snapshotAt(slices);
      if (snapshot !== null && snapshot !== applied.at(-1)?.snapshot) applied.push({ at: end, snapshot });
    }
    return applied;
  }

  private get newest(): Incarnation {
    return this.incarnations.at(-1) as Incarnation;
  }

  /** Positions at time zero. */
  private get initial(): Readonly<Cursor> {
    return (this.incarnations[0] as Incarnation).reader.initial;
  }

  /** Who made a sync. */
  private readerOf(sync: number): LazyRuleReader {
    const found = this.incarnations.findLast(({ firstSync }) => firstSync <= sync);
    return (found ?? this.newest).reader;
  }

  private recordCovering(services: number, slices: number): SyncRecord | null {
    const index = this.history?.firstCovering(services, slices) ?? -1;
    return this.history?.records[index] ?? null;
  }
}

/** A `minSyncPeriod` of zero means unset, which is 1 s (pkg/proxy/apis/config/v1alpha1/defaults.go). */
export function minSyncPeriodOf(settings: KubeProxySettings): Micros {
  return settings.minSyncPeriod === 0 ? SECOND : settings.minSyncPeriod;
}
