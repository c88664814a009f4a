/**
 * kube-proxy on one node: a lazy reader of Services and EndpointSlices, and the rules that follow from how far it is.
 */
import type { Context } from "../../engine/context.js";
import type { Variate } from "../../engine/distribution.js";
import { type Micros, SECOND } from "../../engine/duration.js";
import type { VersionedBehaviour } from "../../model/kubernetes-version.js";
import type { KubeProxySettings } from "../../model/settings.js";
import { deliveryLagOf } from "./delivery-lag.js";
import type { EndpointSnapshot } from "./endpoint-snapshot.js";
import type { ServiceState } from "./proxied-service.js";
import type { ProxyLog } from "./proxy-log.js";
import { type Cursor, LazyRuleReader, type RuleReader } from "./rule-reader.js";
import { ServiceRules, type SyncTimes } from "./service-rules.js";
import { SyncHistory, type SyncRecord, type SyncStory } from "./sync-history.js";

export interface KubeProxyOptions {
  /** Its name keys the draws of this node's kube-proxy. The process starts now. */
  readonly context: Context;
  readonly nodeIndex: number;
  readonly nodeName: string;
  readonly proxyLog: ProxyLog;
  readonly settings: KubeProxySettings;
  readonly behaviour: VersionedBehaviour;
  readonly watchDelivery: Variate;
  /** Keeps every sync, for reports. Nodes that host clients must be observed: their verdicts tell when rules were synced. */
  readonly observed: boolean;
}

/** One snapshot as a node had it in force. */
export interface AppliedSnapshot {
  /** End of the sync that programmed it. For the rules at time zero: when the snapshot was committed. */
  readonly at: Micros;
  readonly snapshot: EndpointSnapshot;
}

const NO_STORY: SyncStory = { deliveredAt: Number.NaN, syncStart: Number.NaN, syncEnd: Number.NaN };

export class KubeProxy implements SyncTimes {
  readonly nodeIndex: number;
  readonly nodeName: string;
  readonly reader: RuleReader;
  readonly rules: ServiceRules;
  private readonly proxyLog: ProxyLog;
  private readonly lazy: LazyRuleReader;
  private readonly history: SyncHistory | null;

  constructor(options: KubeProxyOptions) {
    const { context, proxyLog, settings, behaviour } = options;
    this.nodeIndex = options.nodeIndex;
    this.nodeName = options.nodeName;
    this.proxyLog = proxyLog;
    this.history = options.observed ? new SyncHistory() : null;
    this.lazy = new LazyRuleReader({
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
      startedAt: context.now,
      observer: this.history,
    });
    this.reader = this.lazy;
    this.rules = new ServiceRules({ log: proxyLog, reader: this.lazy, mode: settings.mode, times: this });
  }

  /** The process (or its node) ends now; the rules stay in the kernel as they are. */
  crash(now: Micros): void {
    this.reader.crash(now);
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
    if (record === undefined || position <= this.lazy.initial[stream]) return NO_STORY;
    const former = records[(index ?? 0) - 1] ?? this.lazy.initial;
    const deliveredAt = this.lazy.arrivalOf(stream, former[stream], position - 1);
    return { deliveredAt, syncStart: record.start, syncEnd: record.end };
  }

  syncedAt(state: ServiceState, snapshot: EndpointSnapshot | null): Micros {
    const { initial } = this.lazy;
    const slices = snapshot?.position ?? 0;
    if (state.position <= initial.services && slices <= initial.slices) {
      return Math.max(state.write.time, snapshot?.committedAt ?? Number.NEGATIVE_INFINITY);
    }
    return this.recordCovering(state.position, slices)?.end ?? Number.NaN;
  }

  /** What this (observed) node had in force of a Service's endpoints, oldest first. Settle the reader before. */
  appliedSnapshots(serviceKey: string): readonly AppliedSnapshot[] {
    const service = this.proxyLog.service(serviceKey);
    if (service === null || this.history === null) return [];
    const applied: AppliedSnapshot[] = [];
    const initial = service.snapshotAt(this.lazy.initial.slices);
    if (initial !== null) applied.push({ at: initial.committedAt, snapshot: initial });
    for (const { end, slices } of this.history.records) {
      const snapshot = service.snapshotAt(slices);
      if (snapshot !== null && snapshot !== applied.at(-1)?.snapshot) applied.push({ at: end, snapshot });
    }
    return applied;
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
