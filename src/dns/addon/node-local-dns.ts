/**
 * NodeLocal DNSCache (kubernetes/dns 1.26.4, cmd/node-cache): a CoreDNS without the kubernetes plugin on each node, which
 * takes what pods of this node send to kube-dns. Its Corefile is in node-local-corefile.ts.
 *
 * SIGTERM takes the addresses off the node first, so that packets go on to kube-dns; a reply that was pending cannot leave
 * from an address that is gone and is lost. SIGKILL leaves the addresses behind with nobody listening: every question of
 * the node's pods is refused until the next process listens. The next one begins with an empty cache.
 */
import type { ApiLog } from "../../apiserver/log.js";
import type { Context } from "../../engine/context.js";
import type { Variate } from "../../engine/distribution.js";
import type { Micros } from "../../engine/duration.js";
import type { Address } from "../../model/address.js";
import type { ApiSession } from "../../model/api-session.js";
import type { Component, ProcessStop } from "../../model/cluster.js";
import type { Question } from "../../model/dns.js";
import { KeptAddresses } from "../../model/kept-addresses.js";
import { FactKind } from "../../model/trace.js";
import type { Host } from "../../network/host.js";
import type { Network } from "../../network/network.js";
import type { ZonePlace } from "../../network/place.js";
import type { Certainty } from "../dns-listener.js";
import type { ExpectedQuestion } from "../owed-replies.js";
import type { Reply } from "../reply.js";
import type { ConfiguredServer } from "../server/configure.js";
import { ServerInstance } from "../server/instance.js";
import { ServerSockets } from "../server/sockets.js";
import type { UpstreamExchange } from "../upstream/upstream.js";
import { DNS_NAMESPACE } from "./kube-dns.js";
import { NODE_LOCAL_ADDRESS } from "./node-local-corefile.js";

const DNS_PORT = 53;

export interface NodeLocalDnsOptions {
  /** Of the node: its crash takes the cache along. */
  readonly node: Context;
  /** The node. */
  readonly place: ZonePlace;
  readonly nodeName: string;
  readonly log: ApiLog;
  readonly network: Network;
  readonly watchDelivery: Variate;
  /** The node's with the API server. */
  readonly session: ApiSession;
  /** The Corefile, set up without errors. */
  readonly servers: readonly ConfiguredServer[];
  /** Address of kube-dns, which it takes on its node beside its own one. */
  readonly clusterDns: Address;
  /** How a process asks other servers; everything of it dies with this context. */
  readonly upstreamFor: (context: Context) => UpstreamExchange;
}

interface Process {
  readonly context: Context;
  readonly instance: ServerInstance;
  readonly sockets: readonly ServerSockets[];
}

export class NodeLocalDns implements Component {
  readonly component = "node-local-dns";
  /** What it keeps of addresses. */
  readonly kept = new KeptAddresses();
  private readonly subject: string;
  /** "namespace/name" of its pod. */
  private readonly pod: string;
  /** Addresses that the node has for it now. */
  private hosts: readonly Host[] = [];
  private process: Process | null = null;
  /** Processes that have been started. */
  private processes = 0;

  constructor(private readonly options: NodeLocalDnsOptions) {
    this.subject = `node-local-dns/${options.nodeName}`;
    this.pod = `${DNS_NAMESPACE}/node-local-dns-${options.nodeName}`;
  }

  get running(): boolean {
    return this.process !== null && this.options.node.alive;
  }

  /** Starts a process, which listens at once. Nothing happens when one runs or the node is down. */
  start(): void {
    const { node, log, watchDelivery, session, servers, upstreamFor } = this.options;
    if (this.process !== null || !node.alive) return;
    const context = node.child(this.processes === 0 ? this.subject : `${this.subject} ${this.processes}`);
    this.processes++;
    const instance = new ServerInstance(context, {
      log,
      watchDelivery,
      session,
      upstream: upstreamFor(context),
      servers,
      name: this.pod,
      generation: 0,
      kept: this.kept,
      onEndpointsKnown: () => undefined,
    });
    instance.start();
    if (this.hosts.length === 0) this.hosts = this.attach();
    const sockets = this.hosts.map((host) => new ServerSockets(this, host));
    this.process = { context, instance, sockets };
    for (const each of sockets) each.open(instance.listPorts());
    context.record(FactKind.processListening, this.subject, `port ${DNS_PORT}`);
  }

  /** After SIGTERM questions go to kube-dns, after SIGKILL they are refused. */
  stop(how: ProcessStop): boolean {
    if (this.process === null || !this.running) return false;
    this.end(this.process, how === "graceful" ? FactKind.sigtermSent : FactKind.sigkillSent);
    if (how === "kill") return true;
    for (const host of this.hosts) this.options.network.detachLocal(host);
    this.hosts = [];
    return true;
  }

  /** A question at its port; null when no process runs. */
  ask(question: Question, now: Micros, source: Address, port: number): Reply | null {
    if (this.process === null || !this.process.context.alive) return null;
    return this.process.instance.ask(question, now, source, port);
  }

  expect(expected: ExpectedQuestion, port: number): Certainty {
    if (this.process === null || !this.process.context.alive) return "unknown";
    return this.process.instance.expect(expected, port);
  }

  private attach(): readonly Host[] {
    const { network, place, clusterDns } = this.options;
    return [NODE_LOCAL_ADDRESS, clusterDns].map((address) => network.attachLocal(place, address, DNS_PORT, this.pod));
  }

  private end({ context, instance, sockets }: Process, signal: FactKind): void {
    const { node } = this.options;
    const sent = node.record(signal, this.subject);
    const fact = node.record(FactKind.processStopsAccepting, this.subject, "", sent);
    instance.changed();
    this.kept.endAll(node.now);
    for (const each of sockets) each.close(node.now, fact);
    instance.stopWatches();
    context.end();
    this.process = null;
  }
}
