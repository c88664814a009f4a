/**
 * The way from a pod's resolver to the cluster's DNS servers: UDP datagrams through the rules of the pod's node.
 *
 * Loss on the path is what a rule says; an ICMP error of any sort reaches the connected socket as `refused`.
 *
 * The choice of a backend belongs to a socket: conntrack sends everything that leaves one source port to the endpoint that
 * its first datagram was given, so a retransmission goes to the same dead CoreDNS pod (DNS-43). Conntrack entries that
 * kube-proxy deletes early (DNS-44) are not modelled: an entry lives as long as its socket, at most 10 s with glibc.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Question } from "../model/dns.js";
import { Action, type Flow, type Verdict } from "../model/flow.js";
import { type Network, newVerdict } from "../network/network.js";
import type { DnsListener } from "./dns-listener.js";
import type { Transport, TransportHandler, TransportReply } from "./resolver/transport.js";

const DNS_PORT = 53;

export interface ClusterTransportOptions {
  /** The client's context: it keys the choice of backends, and replies die with it. */
  readonly context: Context;
  readonly network: Network;
  /** Index of the client's node (see Topology). */
  readonly sourceNode: number;
  readonly sourceAddress: Address;
}

/** The endpoint that conntrack holds for a socket. */
interface Translation {
  readonly endpoint: Address;
  readonly port: number;
}

interface Datagram {
  readonly transport: ClusterTransport;
  readonly question: Question;
  readonly onReply: TransportHandler<unknown>;
  readonly payload: unknown;
  readonly listener: DnsListener | null;
  readonly oneWay: Micros;
  reply: TransportReply;
  twin: Datagram | null;
}

export function createClusterTransport(options: ClusterTransportOptions): Transport {
  return new ClusterTransport(options);
}

class ClusterTransport implements Transport {
  readonly context: Context;
  private readonly network: Network;
  private readonly flow: Flow;
  private readonly verdict: Verdict = newVerdict();
  private readonly key: Key;
  private readonly translations = new Map<number, Translation>();
  /** The datagram that was sent last, until it arrives. */
  private departing: Datagram | null = null;
  private departingSocket = -1;
  private departedAt: Micros = 0;

  constructor(options: ClusterTransportOptions) {
    this.context = options.context;
    this.network = options.network;
    this.key = options.context.key("DNS backend");
    this.flow = {
      sourceNode: options.sourceNode,
      sourceAddress: options.sourceAddress,
      destination: 0,
      port: DNS_PORT,
      protocol: "UDP",
      choice: 0,
    };
  }

  send<P>(nameserver: Address, socket: number, question: Question, onReply: TransportHandler<P>, payload: P): Micros {
    const { context, verdict } = this;
    this.route(nameserver, socket);
    const { action, oneWay } = verdict;
    if (action === Action.blackHole || action === Action.unknown) return Number.POSITIVE_INFINITY;
    const listener = action === Action.deliver ? (verdict.listener as DnsListener) : null;
    const datagram: Datagram = {
      transport: this,
      question,
      onReply: onReply as TransportHandler<unknown>,
      payload,
      listener,
      oneWay,
      reply: "refused",
      twin: null,
    };
    if (listener !== null) {
      if (this.joined(datagram, socket)) return context.now + 2 * oneWay;
      context.after(oneWay, Phase.traffic, arrive, datagram);
      return context.now + 2 * oneWay;
    }
    const delay = action === Action.refuse ? 2 * oneWay : verdict.unreachableAfter;
    context.after(delay, Phase.traffic, comeBack, datagram);
    return context.now + delay;
  }

  close(socket: number): void {
    this.translations.delete(socket);
  }

  /** A and AAAA that leave one socket at the same instant travel together: one event each way instead of two. */
  private joined(datagram: Datagram, socket: number): boolean {
    const { departing, context } = this;
    if (departing !== null && this.departingSocket === socket && this.departedAt === context.now) {
      if (departing.listener === datagram.listener && departing.twin === null) {
        departing.twin = datagram;
        return true;
      }
    }
    this.departing = datagram;
    this.departingSocket = socket;
    this.departedAt = context.now;
    return false;
  }

  /** @internal Nothing can join a datagram that has arrived. */
  arrived(datagram: Datagram): void {
    if (this.departing === datagram) this.departing = null;
  }

  /** Fills the verdict for a datagram that leaves now. */
  private route(nameserver: Address, socket: number): void {
    const { flow, verdict, context } = this;
    flow.destination = nameserver;
    const translation = this.translations.get(socket);
    if (translation !== undefined) {
      verdict.endpoint = translation.endpoint;
      verdict.endpointPort = translation.port;
      this.network.reach(flow, verdict, context.now);
      return;
    }
    flow.choice = uniform(this.key, socket);
    this.network.connect(flow, verdict, context.now);
    if (verdict.endpoint === nameserver) return;
    this.translations.set(socket, { endpoint: verdict.endpoint, port: verdict.endpointPort });
  }
}

function arrive(datagram: Datagram): void {
  const { context } = datagram.transport;
  datagram.transport.arrived(datagram);
  for (let each: Datagram | null = datagram; each !== null; each = each.twin) {
    each.reply = each.listener?.ask(each.question, context.now) ?? "refused";
  }
  context.after(datagram.oneWay, Phase.traffic, comeBack, datagram);
}

function comeBack(datagram: Datagram): void {
  for (let each: Datagram | null = datagram; each !== null; each = each.twin) each.onReply(each.payload, each.reply);
}
