/**
 * A CoreDNS replica (1.14.7) as the kubelet runs it: its sockets, its readiness, its reloads and its end.
 *
 * It serves once all informers have had their first list, looked at every 100 ms, or after `startup_timeout`; until the list
 * is there it answers SERVFAIL. It is ready from its first sync on, whatever becomes of the API server later. A changed
 * Corefile is set up beside the running one, which serves until the new one has its records; caches begin empty. At
 * SIGTERM the watches stop first, /ready fails at once, and the records as they are then are served for the lameduck; then
 * the sockets close, and the process ends when its last pending reply has gone, at the latest 5 s later.
 */
import type { Context } from "../../engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../../engine/duration.js";
import { Phase } from "../../engine/event-queue.js";
import { uniform } from "../../engine/random.js";
import type { Address } from "../../model/address.js";
import type { Question } from "../../model/dns.js";
import type { KeptAddresses } from "../../model/kept-addresses.js";
import { entityOf, keyOf } from "../../model/objects.js";
import type { ContainerProcess, ProcessEnvironment } from "../../model/process.js";
import { FactKind } from "../../model/trace.js";
import type { Certainty } from "../dns-listener.js";
import type { ExpectedQuestion } from "../owed-replies.js";
import { mapReply, PendingAnswer, type Reply } from "../reply.js";
import type { ConfiguredServer } from "./configure.js";
import { EndpointKnowledge } from "./endpoint-knowledge.js";
import type { ServerInstance } from "./instance.js";
import { Instances, type InstancesOptions } from "./instances.js";
import { QueryQueue } from "./query-queue.js";
import { ServerSockets } from "./sockets.js";

const DNS_PORT = 53;
const SYNC_CHECK_PERIOD: Micros = 100 * MILLISECOND;
/** How long servers wait for pending replies when they stop (core/dnsserver/server.go). */
const DRAIN_TIMEOUT: Micros = 5 * SECOND;
/** The kubelet brings a changed ConfigMap into the volume at its next sync of the pod. */
export const CONFIG_MAP_SYNC_PERIOD: Micros = 60 * SECOND;

export interface CoreDnsSetup extends Omit<InstancesOptions, "name" | "session" | "onEndpointsKnown"> {
  /** Null or left out: every query is answered at once. */
  readonly queriesPerSecond?: number | null | undefined;
  readonly queueCapacity?: number | undefined;
}

/** Questions are answered until the last pending reply of a draining process has gone. */
type Life = "running" | "lameduck" | "draining" | "ended";

export class CoreDns implements ContainerProcess {
  /** What it has known of endpoints, for reports. */
  readonly knowledge: EndpointKnowledge;
  private readonly context: Context;
  private readonly subject: string;
  private readonly queue: QueryQueue | null;
  private readonly sockets: ServerSockets;
  private readonly instances: Instances;
  /** What the volume holds. */
  private corefile: readonly ConfiguredServer[];
  private configMaps = 0;
  private life: Life = "running";
  private listening = false;
  private ready = false;
  /** Replies that are still to come. */
  private pending = 0;

  constructor(
    private readonly environment: ProcessEnvironment,
    setup: CoreDnsSetup,
  ) {
    this.context = environment.context;
    this.subject = entityOf(environment.pod);
    const { queriesPerSecond = null, queueCapacity, servers } = setup;
    this.queue = queriesPerSecond === null ? null : this.newQueue(queriesPerSecond, queueCapacity);
    this.sockets = new ServerSockets(this, environment.host);
    this.corefile = servers;
    const name = keyOf(environment.pod);
    const knowledge = new EndpointKnowledge(name);
    this.knowledge = knowledge;
    this.instances = new Instances(this.context, {
      ...setup,
      name,
      session: environment.session,
      onEndpointsKnown: (service, revision, now) => knowledge.learn(service, revision, now),
    });
  }

  start(): void {
    this.startInstance(this.instances.current);
  }

  terminate(): void {
    if (this.life !== "running") return;
    this.life = "lameduck";
    this.instances.stopWatches();
    this.context.after(this.instances.current.lameduck, Phase.crash, endLameduck, this as CoreDns);
    this.environment.supervisor.probeChanged();
  }

  /** The process is gone, by itself or with its node. */
  get hasEnded(): boolean {
    return this.life === "ended" || !this.context.alive;
  }

  kill(): void {
    this.exit();
  }

  probe(): boolean {
    return this.ready && this.life === "running";
  }

  /** Every change is told by `probeChanged`. */
  nextProbeChange(): Micros {
    return Number.POSITIVE_INFINITY;
  }

  /** A question at one of its ports; null when it does not listen. */
  ask(question: Question, now: Micros, source: Address = 0, port: number = DNS_PORT): Reply | null {
    // a datagram may arrive after the power of the node has gone
    if (!this.listening || !this.context.alive) return null;
    if (this.queue === null) return this.tracked(this.instances.current.ask(question, now, source, port));
    const reply = this.queue.ask(question, source, port);
    return reply === null ? new PendingAnswer() : this.tracked(reply);
  }

  expect(expected: ExpectedQuestion, port: number): Certainty {
    if (this.queue !== null || !this.listening || !this.context.alive) return "unknown";
    return this.instances.current.expect(expected, port);
  }

  /**
   * The ConfigMap with the Corefile has changed. The kubelet brings it into the volume within a minute; the plugin reload
   * finds it there at its next look. Without that plugin nothing happens.
   */
  configMapChanged(servers: readonly ConfiguredServer[]): void {
    const delay = uniform(this.context.key("ConfigMap sync"), this.configMaps++) * CONFIG_MAP_SYNC_PERIOD;
    this.context.after(Math.ceil(delay), Phase.write, volumeChanged, { process: this as CoreDns, servers });
  }

  /** @internal */
  volumeChanged(servers: readonly ConfiguredServer[]): void {
    this.corefile = servers;
    const { reloadInterval, startedAt } = this.instances.current;
    if (reloadInterval === null || this.life !== "running") return;
    const looks = Math.ceil((this.context.now - startedAt) / reloadInterval);
    this.context.at(startedAt + looks * reloadInterval, Phase.crash, lookAtCorefile, this as CoreDns);
  }

  /** @internal */
  lookAtCorefile(): void {
    if (this.life !== "running") return;
    const next = this.instances.reload(this.corefile);
    if (next !== null) this.startInstance(next);
  }

  /** @internal Looks whether an instance has its records, or has waited long enough. */
  checkSync(instance: ServerInstance): void {
    if (this.life !== "running" || !this.instances.has(instance)) return;
    const { context } = this;
    if (instance.synced) {
      if (instance.waitsForSync) context.because(context.record(FactKind.recordsSynced, this.subject));
      this.serve(instance);
      return;
    }
    if (context.now - instance.startedAt >= instance.startupTimeout) this.serve(instance);
    context.after(SYNC_CHECK_PERIOD, Phase.crash, checkSync, { process: this as CoreDns, instance });
  }

  /** @internal The sockets close; what is pending may still be answered. */
  stop(): void {
    if (this.life !== "lameduck") return;
    this.life = "draining";
    this.closeSockets();
    if (this.pending === 0) this.exit();
    else this.context.after(DRAIN_TIMEOUT, Phase.crash, exit, this as CoreDns);
  }

  /** @internal */
  exit(): void {
    if (this.life === "ended") return;
    this.life = "ended";
    this.instances.stopWatches();
    this.closeSockets();
    this.environment.supervisor.exited();
  }

  private newQueue(queriesPerSecond: number, capacity: number | undefined): QueryQueue {
    const { context } = this;
    const answer = (question: Question, source: Address, port: number): Reply =>
      this.instances.current.ask(question, context.now, source, port);
    return new QueryQueue({ context, queriesPerSecond, capacity, answer });
  }

  private startInstance(instance: ServerInstance): void {
    this.instances.start(instance);
    const delay = instance.waitsForSync ? SYNC_CHECK_PERIOD : 0;
    this.context.after(delay, Phase.crash, checkSync, { process: this as CoreDns, instance });
  }

  /** The instance answers from now on. */
  private serve(instance: ServerInstance): void {
    const was = this.ready;
    this.instances.serve(instance);
    this.listen();
    this.ready = instance.ready;
    if (this.ready !== was) this.environment.supervisor.probeChanged();
  }

  private listen(): void {
    this.sockets.open(this.instances.current.listPorts());
    if (!this.listening) this.context.record(FactKind.processListening, this.subject, `UDP port ${DNS_PORT}`);
    this.listening = true;
  }

  /** What it keeps of addresses. */
  get kept(): KeptAddresses {
    return this.instances.kept;
  }

  private closeSockets(): void {
    if (!this.listening) return;
    this.instances.kept.endAll(this.context.now);
    this.listening = false;
    this.instances.current.changed();
    const fact = this.context.record(FactKind.processStopsAccepting, this.subject);
    this.sockets.close(this.context.now, fact);
  }

  /** Counts a reply that is still to come, for the drain. */
  private tracked(reply: Reply): Reply {
    if (!(reply instanceof PendingAnswer)) return reply;
    this.pending++;
    return mapReply(reply, (answer) => {
      this.pending--;
      if (this.life === "draining" && this.pending === 0) this.context.after(0, Phase.crash, exit, this as CoreDns);
      return answer;
    });
  }
}

function checkSync({ process, instance }: { readonly process: CoreDns; readonly instance: ServerInstance }): void {
  process.checkSync(instance);
}

function endLameduck(process: CoreDns): void {
  process.stop();
}

function exit(process: CoreDns): void {
  process.exit();
}

function lookAtCorefile(process: CoreDns): void {
  process.lookAtCorefile();
}

function volumeChanged(change: { readonly process: CoreDns; readonly servers: readonly ConfiguredServer[] }): void {
  change.process.volumeChanged(change.servers);
}
