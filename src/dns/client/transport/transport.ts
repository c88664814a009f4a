/** How a resolver reaches its nameservers: datagrams that are answered, refused by ICMP, or lost. */
import type { Micros } from "../../../engine/duration.js";
import type { FactId } from "../../../engine/facts.js";
import type { Address } from "../../../model/address.js";
import type { Answer, Question } from "../../../model/dns.js";

/** `refused` is an ICMP error on a connected socket: nobody listens at the nameserver's port, or nobody is there. */
export type TransportReply = Answer | "refused";

/** Called at most once per datagram; never from within `send`. */
export type TransportHandler<P> = (payload: P, reply: TransportReply) => void;

export interface Transport {
  /**
   * Sends one question. `socket` stands for a source port: the same number for everything that leaves one socket,
   * retransmissions included. A lost datagram is never replied to.
   *
   * Returns when the reply will be here, where that is certain already, and Infinity otherwise: a resolver needs no timer
   * for a reply that comes before its timeout.
   */
  send<P>(nameserver: Address, socket: number, question: Question, onReply: TransportHandler<P>, payload: P): Micros;

  /**
   * The fact because of which a datagram was last refused or lost (a stopped server, a crashed node, a packet loss);
   * left out or NO_FACT when nothing explains it.
   */
  readonly failureFact?: FactId;

  /** The socket is closed: its source port will not be used again. */
  close(socket: number): void;
}
