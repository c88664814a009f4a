/** A transport without a cluster: every question is noted, and answered as a function says, after the same short time. */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import type { Address } from "../../../model/address.js";
import type { Question } from "../../../model/dns.js";
import type { Transport, TransportHandler, TransportReply } from "../transport/transport.js";
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

interface Pending {
  readonly onReply: TransportHandler<unknown>;
  readonly payload: unknown;
  readonly reply: TransportReply;
}

export class TraceTransport implements Transport {
  readonly observed: ObservedQuestion[] = [];
  /** Sockets that were used and not closed. */
  readonly open = new Set<number>();
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly decide: DecideReply,
    /** Whether the resolver is told when a reply will come. Results must not depend on it. */
    private readonly foretold = true,
  ) {}

  send<P>(nameserver: Address, socket: number, question: Question, onReply: TransportHandler<P>, payload: P): Micros {
    const key = `${question.type} ${question.name}`;
    const nth = this.seen.get(key) ?? 0;
    this.seen.set(key, nth + 1);
    this.open.add(socket);
    const reply = this.decide(question, nth, nameserver);
    this.observed.push({ at: this.context.now, socket, nameserver, question, reply });
    if (reply === null) return Number.POSITIVE_INFINITY;
    const pending: Pending = { onReply: onReply as TransportHandler<unknown>, payload, reply };
    this.context.after(ROUND_TRIP, Phase.traffic, deliver, pending);
    return this.foretold ? this.context.now + ROUND_TRIP : Number.POSITIVE_INFINITY;
  }

  close(socket: number): void {
    this.open.delete(socket);
  }
}

function deliver(pending: Pending): void {
  pending.onReply(pending.payload, pending.reply);
}
