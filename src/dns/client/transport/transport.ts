/** How a resolver reaches its nameservers: datagrams that are answered, refused by ICMP, or lost. */
import type { Micros } from "../../../engine/duration.js";
import type { FactId } from "../../../engine/facts.js";
import type { Address } from "../../../model/address.js";
import type { Answer, Question } from "../../../model/dns.js";
import type { UdpSocket } from "../../../network/udp-socket.js";

/** `refused` is an ICMP error on a connected socket: nobody listens at the nameserver's port, or nobody is there. */
export type TransportReply = Answer | "refused";

/** A question that was sent, as its reply finds it. The object is used again after that. */
export interface SentQuestion {
  readonly socket: UdpSocket;
  readonly nameserver: Address;
  readonly question: Question;
  /** What the resolver has given the message to know its reply by. */
  readonly id: number;
}

/**
 * Called at most once per question; never from within `send`. Before that it may hear that the reply is `late`: it will not
 * come when `send` said, and perhaps never.
 */
export type TransportHandler<P> = (payload: P, reply: TransportReply | "late", sent: SentQuestion) => void;

export interface Transport {
  /** A new socket: a source port of its own, for one question or for as long as the process lives. */
  open(): UdpSocket;

  /**
   * Sends one question from an open socket, retransmissions included. A lost datagram is never replied to, and what comes
   * back to a socket that has been closed reaches nobody.
   *
   * Returns when the reply will be here, where that is certain unless the server changes before, and Infinity otherwise: a
   * resolver needs no timer for a reply that comes before its timeout, until it hears that the reply is late.
   */
  send<P>(
    socket: UdpSocket,
    nameserver: Address,
    question: Question,
    id: number,
    onReply: TransportHandler<P>,
    payload: P,
  ): Micros;

  /** The socket is closed: its source port will not be used again. */
  close(socket: UdpSocket): void;

  /**
   * The fact because of which a datagram was last refused or lost (a stopped server, a crashed node, a packet loss);
   * left out or NO_FACT when nothing explains it.
   */
  readonly failureFact?: FactId;

  /** Datagrams that were refused or lost so far, as far as was known when they were sent. Left out: none. */
  readonly failures?: number;
}
