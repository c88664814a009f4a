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
import type { UdpSocket } from "../../../network/udp-socket.js";
import { newVerdict } from "../../../network/verdict.js";
import type { DnsListener } from "../../dns-listener.js";
import { arrive, comeBack, Datagram, type Sender } from "./datagram.js";
import type { Transport, TransportHandler } from "./transport.js";

const DNS_PORT = 53;

export interface ClusterTransportOptions {
  /** The client's context: it keys the choice of backends, and replies die with it. */
  readonly context: Context;
  readonly network: Network;
  /** The client's node. */
  readonly source: Place;
  readonly sourceAddress: Address;
  /** Probability that the second of two questions that leave one socket at once loses the conntrack race. Default 0. */
  readonly raceLoss?: number;
}

export function createClusterTransport(options: ClusterTransportOptions): Transport {
  return new ClusterTransport(options);
}

class ClusterTransport implements Transport, Sender {
  readonly context: Context;
  private readonly network: Network;
  private readonly flow: Flow;
  private readonly verdict: Verdict = newVerdict();
  readonly sourceAddress: Address;
  private readonly conntrack: UdpConntrack;
  /** The datagram that was sent last, until it arrives. */
  private departing: Datagram | null = null;
  private departedAt: Micros = 0;
  failureFact: FactId = NO_FACT;
  failures = 0;
  /** Datagrams sent so far. */
  private packets = 0;
  private readonly unused: Datagram[] = [];

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

  open(): UdpSocket {
    return this.conntrack.open();
  }

  send<P>(
    socket: UdpSocket,
    nameserver: Address,
    question: Question,
    id: number,
    onReply: TransportHandler<P>,
    payload: P,
  ): Micros {
    const { context, flow, verdict } = this;
    flow.destination = nameserver;
    flow.packet = this.packets++;
    this.conntrack.send(socket, flow, verdict, context.now);
    const { action } = verdict;
    if (action !== Action.deliver) this.failed(this.explain());
    if (action === Action.blackHole || action === Action.unknown) return Number.POSITIVE_INFINITY;
    const datagram = this.unused.pop() ?? new Datagram(this);
    datagram.socket = socket;
    datagram.port = socket.number;
    datagram.nameserver = nameserver;
    datagram.question = question;
    datagram.id = id;
    datagram.onReply = onReply as TransportHandler<unknown>;
    datagram.payload = payload;
    return action === Action.deliver ? this.deliver(datagram) : this.refuse(datagram);
  }

  /** Somebody listens. When he owes the reply, only the way back is an event. */
  private deliver(datagram: Datagram): Micros {
    const { context, flow, verdict, network } = this;
    const { oneWay } = verdict;
    const listener = verdict.listener as DnsListener;
    const repliedAt = context.now + 2 * oneWay;
    datagram.listener = listener;
    datagram.oneWay = oneWay;
    datagram.arrivesAt = context.now + oneWay;
    datagram.replyLost = network.losesReply(flow, verdict, context.now);
    if (datagram.replyLost) this.failed(NO_FACT);
    const certainty = datagram.replyLost ? "unknown" : (listener.expect?.(datagram) ?? "unknown");
    if (!this.joined(datagram)) {
      if (datagram.debtor !== null) context.at(repliedAt, Phase.traffic, comeBack, datagram);
      else context.at(datagram.arrivesAt, Phase.traffic, arrive, datagram);
    }
    return certainty === "unknown" ? Number.POSITIVE_INFINITY : repliedAt;
  }

  private failed(fact: FactId): void {
    this.failureFact = fact;
    this.failures++;
  }

  /** An ICMP error comes back. */
  private refuse(datagram: Datagram): Micros {
    const { context, verdict } = this;
    datagram.reply = "refused";
    const delay = verdict.action === Action.refuse ? 2 * verdict.oneWay : verdict.unreachableAfter;
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

  close(socket: UdpSocket): void {
    this.conntrack.close(socket);
  }

  /** A and AAAA that leave one socket at the same instant travel together: one event each way instead of two. */
  private joined(datagram: Datagram): boolean {
    const { departing, context } = this;
    if (departing !== null && departing.port === datagram.port && this.departedAt === context.now) {
      // beside a question that has to be asked, the other one costs no event of its own
      if (departing.debtor === null) datagram.debtor?.collect(datagram);
      const alike = departing.listener === datagram.listener && departing.debtor === datagram.debtor;
      if (alike && departing.twin === null) {
        departing.twin = datagram;
        return true;
      }
    }
    this.departing = datagram;
    this.departedAt = context.now;
    return false;
  }

  takeBack(datagram: Datagram): void {
    const { socket, reply } = datagram;
    if (!datagram.replyLost && socket.number === datagram.port) {
      if (reply !== "refused") this.conntrack.replied(socket, datagram.nameserver, DNS_PORT, this.context.now);
      datagram.onReply(datagram.payload, reply, datagram);
    }
    this.arrived(datagram);
    datagram.reset();
    this.unused.push(datagram);
  }

  delayed(datagram: Datagram): void {
    if (datagram.socket.number === datagram.port) datagram.onReply(datagram.payload, "late", datagram);
  }

  arrived(datagram: Datagram): void {
    if (this.departing === datagram) this.departing = null;
  }
}
