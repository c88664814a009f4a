/**
 * The way from a pod's resolver to the cluster's DNS servers: UDP datagrams through the rules of the pod's node.
 *
 * Loss on the path is what a rule says; an ICMP error of any sort reaches the connected socket as `refused`.
 *
 * The choice of a backend belongs to a socket: conntrack sends everything that leaves one source port to the endpoint that
 * its first datagram was given, so a retransmission goes to the same dead CoreDNS pod (DNS-43) until kube-proxy deletes
 * the entry (DNS-44).
 */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import { type FactId, NO_FACT } from "../../../engine/facts.js";
import type { Address } from "../../../model/address.js";
import type { Question } from "../../../model/dns.js";
import type { Flow, Place } from "../../../model/flow.js";
import { Action, type Verdict } from "../../../model/verdict.js";
import { UdpConntrack } from "../../../network/conntrack.js";
import type { Network } from "../../../network/network.js";
import { RULE_CONNTRACK_RACE, RULE_NO_ENDPOINTS } from "../../../network/rule.js";
import { newVerdict } from "../../../network/verdict.js";
import type { DnsListener } from "../../dns-listener.js";
import { PendingAnswer } from "../../reply.js";
import type { Transport, TransportHandler, TransportReply } from "./transport.js";

const DNS_PORT = 53;

export interface ClusterTransportOptions {
  /** The client's context: it keys the choice of backends, and replies die with it. */
  readonly context: Context;
  readonly network: Network;
  /** Index of the client's node (see Topology). */
  readonly source: Place;
  readonly sourceAddress: Address;
  /** Probability that the second of two questions that leave one socket at once loses the conntrack race. Default 0. */
  readonly raceLoss?: number;
}

interface Datagram {
  readonly transport: ClusterTransport;
  readonly question: Question;
  readonly onReply: TransportHandler<unknown>;
  readonly payload: unknown;
  readonly listener: DnsListener | null;
  readonly oneWay: Micros;
  readonly nameserver: Address;
  readonly socket: number;
  /** "namespace/name" of the pod that it is sent to. */
  readonly server: string;
  /** A rule on the path loses the answer. */
  readonly replyLost: boolean;
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
  readonly sourceAddress: Address;
  /** @internal */
  readonly conntrack: UdpConntrack;
  /** The datagram that was sent last, until it arrives. */
  private departing: Datagram | null = null;
  private departingSocket = -1;
  private departedAt: Micros = 0;
  failureFact: FactId = NO_FACT;
  /** Datagrams sent so far. */
  private packets = 0;

  constructor(options: ClusterTransportOptions) {
    this.context = options.context;
    this.network = options.network;
    this.sourceAddress = options.sourceAddress;
    this.conntrack = new UdpConntrack({
      network: options.network,
      choice: options.context.key("DNS backend"),
      race: { loss: options.raceLoss ?? 0, key: options.context.key("DNS conntrack race") },
    });
    this.flow = {
      source: options.source,
      sourceAddress: options.sourceAddress,
      destination: 0,
      port: DNS_PORT,
      protocol: "UDP",
      choice: 0,
    };
  }

  send<P>(nameserver: Address, socket: number, question: Question, onReply: TransportHandler<P>, payload: P): Micros {
    const { context, verdict } = this;
    this.flow.destination = nameserver;
    this.flow.packet = this.packets++;
    this.conntrack.send(this.flow, socket, verdict, context.now);
    const { action, oneWay } = verdict;
    if (action !== Action.deliver) this.failureFact = this.explain();
    if (action === Action.blackHole || action === Action.unknown) return Number.POSITIVE_INFINITY;
    const listener = action === Action.deliver ? (verdict.listener as DnsListener) : null;
    const datagram: Datagram = {
      transport: this,
      question,
      onReply: onReply as TransportHandler<unknown>,
      payload,
      listener,
      oneWay,
      nameserver,
      socket,
      server: verdict.host?.pod ?? "",
      replyLost: listener !== null && this.network.losesReply(this.flow, verdict, context.now),
      reply: "refused",
      twin: null,
    };
    if (listener !== null) {
      if (!this.joined(datagram, socket)) context.after(oneWay, Phase.traffic, arrive, datagram);
      if (datagram.replyLost) this.failureFact = NO_FACT;
      const certain = !datagram.replyLost && listener.answersAtOnce?.(question) === true;
      return certain ? context.now + 2 * oneWay : Number.POSITIVE_INFINITY;
    }
    const delay = action === Action.refuse ? 2 * oneWay : verdict.unreachableAfter;
    context.after(delay, Phase.traffic, comeBack, datagram);
    return context.now + delay;
  }

  /** Why the datagram that has just been judged will not be answered; NO_FACT when no fact says so (a lost race). */
  private explain(): FactId {
    const { rule, ruleFact, host, basis } = this.verdict;
    if (ruleFact !== NO_FACT) return ruleFact;
    if (rule === RULE_NO_ENDPOINTS) return basis?.fact ?? NO_FACT;
    if (host === null || rule === RULE_CONNTRACK_RACE) return NO_FACT;
    return host.place.downFact ?? host.stopFact;
  }

  close(socket: number): void {
    this.conntrack.close(socket);
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
}

function arrive(datagram: Datagram): void {
  const { context } = datagram.transport;
  datagram.transport.arrived(datagram);
  const { twin } = datagram;
  const isAnswered = answered(datagram);
  if (twin !== null) {
    const isTwinAnswered = answered(twin);
    // answers that come at different times go back apart
    if (!isAnswered || !isTwinAnswered) datagram.twin = null;
    if (!isAnswered && isTwinAnswered) context.after(twin.oneWay, Phase.traffic, comeBack, twin);
  }
  if (isAnswered) context.after(datagram.oneWay, Phase.traffic, comeBack, datagram);
}

/** Asks the server; false when its answer comes later, which then goes its own way back. */
function answered(datagram: Datagram): boolean {
  const { context, sourceAddress } = datagram.transport;
  const reply = datagram.listener?.ask(datagram.question, context.now, sourceAddress) ?? "refused";
  if (!(reply instanceof PendingAnswer)) {
    datagram.reply = reply;
    return true;
  }
  reply.whenAnswered((answer) => {
    datagram.reply = answer;
    context.after(datagram.oneWay, Phase.traffic, comeBack, datagram);
  });
  return false;
}

function comeBack(datagram: Datagram): void {
  const { conntrack, context } = datagram.transport;
  for (let each: Datagram | null = datagram; each !== null; each = each.twin) {
    if (each.replyLost) continue;
    if (each.reply !== "refused") conntrack.replied(each.socket, each.nameserver, DNS_PORT, context.now);
    each.onReply(each.payload, fromServer(each.reply, each.server));
  }
}

/** The answer as the client got it: it knows from whom. Written out: a spread here halved the rate of look-ups. */
function fromServer(reply: TransportReply, server: string): TransportReply {
  if (reply === "refused") return reply;
  const { rcode, answers, authority, additional, source, age, fact, knownSince } = reply;
  return { rcode, answers, authority, additional, source, age, server, fact, knownSince };
}
