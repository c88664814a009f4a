/** A transport without a cluster: every question is noted, and answered as a function says, after the same short time. */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import type { Address } from "../../../model/address.js";
import type { Question } from "../../../model/dns.js";
import { UdpSocket } from "../../../network/udp-socket.js";
import type { SentQuestion, Transport, TransportHandler, TransportReply } from "../transport/transport.js";
import type { ServerReply } from "./server-modes.js";

export interface ObservedQuestion {
  readonly at: Micros;
  readonly socket: number;
  readonly nameserver: Address;
  readonly question: Question;
  readonly reply: ServerReply;
}

/** `nth` counts earlier questions for the same name and type. */
export type DecideReply = (question: Question, nth: number, nameserver: Address) => ServerReply;

/** There and back. */
const ROUND_TRIP: Micros = 100;

class Pending implements SentQuestion {
  /** The socket's number when the question was sent. */
  private readonly port: number;

  constructor(
    readonly socket: UdpSocket,
    readonly nameserver: Address,
    readonly question: Question,
    readonly id: number,
    private readonly reply: TransportReply,
    private readonly onReply: TransportHandler<unknown>,
    private readonly payload: unknown,
  ) {
    this.port = socket.number;
  }

  /** What comes to a closed socket reaches nobody. */
  deliver(): void {
    if (this.socket.number === this.port) this.onReply(this.payload, this.reply, this);
  }
}

export class TraceTransport implements Transport {
  readonly observed: ObservedQuestion[] = [];
  /** Numbers of the sockets that were opened and not closed. */
  readonly sockets = new Set<number>();
  private opened = 0;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly decide: DecideReply,
    /** Whether the resolver is told when a reply will come. Results must not depend on it. */
    private readonly foretold = true,
  ) {}

  open(): UdpSocket {
    const socket = new UdpSocket();
    socket.number = this.opened++;
    this.sockets.add(socket.number);
    return socket;
  }

  send<P>(
    socket: UdpSocket,
    nameserver: Address,
    question: Question,
    id: number,
    onReply: TransportHandler<P>,
    payload: P,
  ): Micros {
    const key = `${question.type} ${question.name}`;
    const nth = this.seen.get(key) ?? 0;
    this.seen.set(key, nth + 1);
    const reply = this.decide(question, nth, nameserver);
    this.observed.push({ at: this.context.now, socket: socket.number, nameserver, question, reply });
    if (reply === null) return Number.POSITIVE_INFINITY;
    const handler = onReply as TransportHandler<unknown>;
    const pending = new Pending(socket, nameserver, question, id, reply, handler, payload);
    this.context.after(ROUND_TRIP, Phase.traffic, deliver, pending);
    return this.foretold ? this.context.now + ROUND_TRIP : Number.POSITIVE_INFINITY;
  }

  close(socket: UdpSocket): void {
    this.sockets.delete(socket.number);
    socket.number = -1;
  }
}

function deliver(pending: Pending): void {
  pending.deliver();
}
