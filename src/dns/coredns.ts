/**
 * A CoreDNS replica (1.14.7) as the kubelet runs it: its informers, its plugin chain, its readiness and its end.
 *
 * It serves UDP 53 once all informers have had their first list, looked at every 100 ms, or after `startup_timeout`; until
 * the list is there it answers SERVFAIL. It is ready from its first sync on, whatever becomes of the API server later. At
 * SIGTERM the watches stop first, /ready fails at once, and the records as they are then are served for `lameduck`.
 * TCP 53 is not served: the modelled resolver never falls back to it.
 */
import type { ApiLog, RevisionOf } from "../apiserver/log.js";
import { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { Answer, Question } from "../model/dns.js";
import { entityOf } from "../model/objects.js";
import type { ContainerProcess, ProcessEnvironment } from "../model/process.js";
import type { CoreDnsSettings } from "../model/settings.js";
import { FactKind } from "../model/trace.js";
import type { Host } from "../network/host.js";
import type { Network } from "../network/network.js";
import type { DnsListener } from "./dns-listener.js";
import { buildChain } from "./plugins/order.js";
import type { Handler, PluginOptions } from "./plugins/plugin.js";
import { RecordIndex } from "./record-index.js";

const DNS_PORT = 53;
const STARTUP_TIMEOUT: Micros = 5 * SECOND;
const SYNC_CHECK_PERIOD: Micros = 100 * MILLISECOND;

export interface CoreDnsOptions {
  readonly log: ApiLog;
  readonly network: Network;
  /** From a commit to its arrival at this replica. */
  readonly watchDelivery: Variate;
  readonly settings: CoreDnsSettings;
  readonly clusterDomain: string;
  /** Called when the endpoints of a Service have changed in this replica's index. */
  readonly onEndpointsKnown?: (serviceKey: string, revision: RevisionOf<"EndpointSlice">, now: Micros) => void;
}

export class CoreDns implements ContainerProcess, DnsListener {
  readonly protocol = "UDP";
  /** Questions answered so far. */
  answered = 0;
  private readonly context: Context;
  private readonly reader: WatchReader;
  private readonly index = new RecordIndex();
  private readonly chain: Handler;
  private readonly subject: string;
  private host: Host | null = null;
  private startedAt: Micros = 0;
  private ready = false;
  private terminating = false;
  private ended = false;

  constructor(
    private readonly environment: ProcessEnvironment,
    private readonly options: CoreDnsOptions,
  ) {
    const { context } = environment;
    this.context = context;
    this.subject = entityOf(environment.pod);
    this.reader = new WatchReader(context, options.log, {
      kinds: ["Service", "EndpointSlice", "Namespace"],
      delay: options.watchDelivery,
    });
    this.chain = buildChain(pluginOptions(options.settings, options.clusterDomain), {
      index: this.index,
      synced: () => this.reader.synced,
      key: (purpose) => context.key(purpose),
    });
  }

  start(): void {
    const { reader, index, context } = this;
    this.startedAt = context.now;
    reader.on("Service", (revision) => index.applyService(revision, context.now));
    reader.on("Namespace", (revision) => index.applyNamespace(revision, context.now));
    reader.on("EndpointSlice", (revision) => this.applySlice(revision));
    reader.start();
    context.after(SYNC_CHECK_PERIOD, Phase.crash, checkSync, this as CoreDns);
  }

  terminate(): void {
    if (this.terminating || this.ended) return;
    this.reader.stop();
    this.terminating = true;
    this.context.after(this.options.settings.lameduck, Phase.crash, endLameduck, this as CoreDns);
    this.environment.host.probeChanged();
  }

  kill(): void {
    this.exit();
  }

  probe(): boolean {
    return this.ready && !this.terminating && !this.ended;
  }

  /** Every change is told by `probeChanged`. */
  nextProbeChange(): Micros {
    return Number.POSITIVE_INFINITY;
  }

  ask(question: Question, now: Micros): Answer | null {
    // a datagram may arrive after the power of the node has gone
    if (this.host === null || !this.context.alive) return null;
    this.answered++;
    return this.chain({ question, now });
  }

  /** @internal */
  checkSync(): void {
    if (this.terminating) return;
    const { context } = this;
    if (this.reader.synced) {
      this.ready = true;
      context.because(context.record(FactKind.recordsSynced, this.subject));
      this.listen();
      this.environment.host.probeChanged();
      return;
    }
    if (context.now - this.startedAt >= STARTUP_TIMEOUT) this.listen();
    context.after(SYNC_CHECK_PERIOD, Phase.crash, checkSync, this as CoreDns);
  }

  /** @internal */
  exit(): void {
    if (this.ended) return;
    this.ended = true;
    this.reader.stop();
    const { host, context } = this;
    if (host !== null) {
      const fact = context.record(FactKind.processStopsAccepting, this.subject);
      host.close(DNS_PORT, this, context.now, fact);
      this.host = null;
    }
    this.environment.host.exited();
  }

  private listen(): void {
    if (this.host !== null) return;
    const holder = this.options.network.holder(this.environment.address);
    if (holder === null) return;
    holder.listen(DNS_PORT, this);
    this.host = holder;
    this.context.record(FactKind.processListening, this.subject, `UDP port ${DNS_PORT}`);
  }

  private applySlice(revision: RevisionOf<"EndpointSlice">): void {
    const { now } = this.context;
    const key = this.index.applySlice(revision, now);
    if (key !== null) this.options.onEndpointsKnown?.(key, revision, now);
  }
}

/** The typed options that stand for kubeadm's Corefile. */
export function pluginOptions(settings: CoreDnsSettings, clusterDomain: string): PluginOptions {
  const { cacheSeconds, cacheSkipsCluster, ttlSeconds } = settings;
  const cap = cacheSeconds === null ? null : { success: cacheSeconds, denial: cacheSeconds };
  return {
    clusterDomain,
    kubernetes: { ttl: ttlSeconds },
    cache: cap === null ? null : { cap, skipCluster: cacheSkipsCluster },
  };
}

function checkSync(process: CoreDns): void {
  process.checkSync();
}

function endLameduck(process: CoreDns): void {
  process.exit();
}
