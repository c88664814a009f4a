/**
 * kube-proxy on one node: a lazy reader of Services and EndpointSlices, and the rules that follow from how far it is.
 * A process that ends leaves its rules in the kernel; the next one lists everything and writes all rules anew.
 */
import type { Context } from "../../../engine/context.js";
import type { Variate } from "../../../engine/distribution.js";
import type { Micros } from "../../../engine/duration.js";
import type { AddressRange } from "../../../model/address.js";
import type { ApiSession } from "../../../model/api-session.js";
import type { VersionedBehaviour } from "../../../model/kubernetes-version.js";
import type { Observation, Observer } from "../../../model/observation.js";
import type { KubeProxySettings } from "../../../model/settings.js";
import type { DataPlaneFactory, ServiceDataPlane } from "../data-plane.js";
import { deliveryLagOf } from "../delivery-lag.js";
import type { EndpointSnapshot } from "../endpoint-snapshot.js";
import type { AppliedSnapshot } from "../observed-snapshots.js";
import type { ServiceState } from "../proxied-service.js";
import type { ProxyLog } from "../proxy-log.js";
import type { Cursor } from "../rule-positions.js";
import type { RuleTimes } from "../service-table.js";
import type { ClientPlace } from "../traffic-policy.js";
import { ConntrackCleanup } from "./conntrack-cleanup.js";
import type { ProxyMode } from "./modes/mode.js";
import { proxyModeNamed } from "./modes/modes.js";
import { LazyRuleReader, type RuleReader, type RuleReaderOptions } from "./rule-reader.js";
import { ServiceRules } from "./service-rules.js";
import { SyncHistory, type SyncRecord } from "./sync-history.js";

export interface KubeProxyOptions {
  /** Its name keys the draws of this node's kube-proxy. The process starts now. */
  readonly context: Context;
  readonly node: ClientPlace;
  /** Of its processes with the API server. */
  readonly session: ApiSession;
  readonly proxyLog: ProxyLog;
  readonly mode: ProxyMode;
  readonly settings: KubeProxySettings;
  readonly serviceRange: AddressRange;
  readonly behaviour: VersionedBehaviour;
  readonly watchDelivery: Variate;
}

/** What the kube-proxies of a cluster share. */
export type KubeProxyEnvironment = Omit<KubeProxyOptions, "context" | "node" | "session" | "mode">;

/** The data plane of a cluster whose nodes run kube-proxy, in the mode of the settings. */
export function kubeProxies(environment: KubeProxyEnvironment): DataPlaneFactory {
  const mode = proxyModeNamed(environment.settings.mode);
  return (context, node, session) =>
    new KubeProxy({ ...environment, mode, node, session, context: context.child(`kube-proxy/${node.name}`) });
}

export class KubeProxy implements ServiceDataPlane, RuleTimes {
  readonly component = "kube-proxy";
  /** Where it runs. */
  readonly node: ClientPlace;
  readonly observer: Observer;
  readonly rules: ServiceRules;
  private readonly context: Context;
  private readonly proxyLog: ProxyLog;
  /** Every sync: verdicts tell when rules were programmed, and reports what the node has believed. */
  private readonly history = new SyncHistory();
  /** What the processes of this node have in common. */
  private readonly common: Omit<RuleReaderOptions, "startedAt">;
  /** Positions at time zero. */
  private readonly initial: Readonly<Cursor>;
  /** Of the present (or last) process. */
  private newest: LazyRuleReader;
  /** How many processes have run before this one. */
  private restarts = 0;
  private runs = true;
  private endedAt: Micros = Number.NaN;

  constructor(options: KubeProxyOptions) {
    const { context, node, proxyLog, mode, settings, behaviour, serviceRange } = options;
    this.node = node;
    this.observer = { kind: "node", name: node.name };
    this.context = context;
    this.proxyLog = proxyLog;
    const { history } = this;
    this.common = {
      log: proxyLog,
      mode,
      runner: {
        leadingEdge: behaviour.leadingEdgeRunner,
        minInterval: mode.minSyncPeriod(settings.minSyncPeriod),
      },
      syncPeriod: settings.syncPeriod,
      syncCost: settings.syncCost ?? "modelled",
      fullSyncPeriod: mode.fullSyncPeriod(behaviour),
      lag: deliveryLagOf(options.watchDelivery),
      session: options.session,
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
    this.newest = reader;
    this.initial = reader.initial;
    const cleanupMode = settings.udpConntrack ?? behaviour.udpConntrack;
    const cleanup = new ConntrackCleanup({ log: proxyLog, mode: cleanupMode, history, initial: reader.initial });
    this.rules = new ServiceRules({ log: proxyLog, reader, mode, serviceRange, times: this, place: node, cleanup });
  }

  /** How far the present process is; the last one's end while none runs. */
  get reader(): RuleReader {
    return this.newest;
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
    if (this.runs) throw new Error(`kube-proxy of ${this.node.name} is running`);
    this.runs = true;
    const kernel = { ...this.reader.cursorAt(now) };
    this.restarts++;
    this.newest = new LazyRuleReader({ ...this.common, startedAt: now, kernel, restarts: this.restarts });
    this.history.processStarted();
    this.rules.follow(this.newest, now);
  }

  /** Finished syncs, oldest first. Settle the reader before. */
  get syncs(): readonly SyncRecord[] {
    return this.history.records;
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
    if (service === null) return null;
    this.reader.settle(now);
    const applied = this.appliedSnapshots(serviceKey);
    return {
      observer: this.observer,
      service: serviceKey,
      beliefs: service.observed.beliefs(applied, this.node),
      changes: service.observed.changes(applied, this.context.alive ? Number.POSITIVE_INFINITY : this.endedAt),
    };
  }

  /** What this node had in force of a Service's endpoints, oldest first. Settle the reader before. */
  appliedSnapshots(serviceKey: string): readonly AppliedSnapshot[] {
    const service = this.proxyLog.service(serviceKey);
    if (service === null) return [];
    const applied: AppliedSnapshot[] = [];
    const initial = service.snapshotAt(this.initial.slices);
    if (initial !== null) applied.push({ at: initial.committedAt, snapshot: initial });
    for (const { end, slices } of this.history.records) {
      const snapshot = service.snapshotAt(slices);
      if (snapshot !== null && snapshot !== applied.at(-1)?.snapshot) applied.push({ at: end, snapshot });
    }
    return applied;
  }

  private recordCovering(services: number, slices: number): SyncRecord | null {
    const index = this.history.firstCovering(services, slices);
    return this.history.records[index] ?? null;
  }
}
