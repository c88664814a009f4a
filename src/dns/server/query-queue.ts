/**
 * Overload of a server, as a queue with one place of work (M/D/1 when questions come at random): every question takes the
 * same time, one after the other, and what comes when the queue is full is lost like any datagram.
 */
import type { Context } from "../../engine/context.js";
import { type Micros, SECOND } from "../../engine/duration.js";
import { Phase } from "../../engine/event-queue.js";
import type { Address } from "../../model/address.js";
import type { Question } from "../../model/dns.js";
import { PendingAnswer, type Reply } from "../reply.js";

const DEFAULT_CAPACITY = 1000;

export interface QueryQueueOptions {
  /** Of the server: questions that wait die with it. */
  readonly context: Context;
  readonly queriesPerSecond: number;
  /** Questions that wait at most, beside the one that is worked on. */
  readonly capacity?: number | undefined;
  /** Answers a question whose turn has come. */
  readonly answer: (question: Question, source: Address, port: number) => Reply;
}

interface Waiting {
  readonly queue: QueryQueue;
  readonly question: Question;
  readonly source: Address;
  readonly port: number;
  readonly reply: PendingAnswer;
}

export class QueryQueue {
  /** Questions that were lost. */
  dropped = 0;
  private readonly serviceTime: Micros;
  /** When all that was admitted is done; a fraction of a microsecond is kept. */
  private freeAt = 0;

  constructor(private readonly options: QueryQueueOptions) {
    this.serviceTime = SECOND / options.queriesPerSecond;
  }

  /** A question that arrives now; null when it is lost. */
  ask(question: Question, source: Address, port: number): PendingAnswer | null {
    const { context, capacity = DEFAULT_CAPACITY } = this.options;
    const begin = Math.max(context.now, this.freeAt);
    if (begin - context.now > capacity * this.serviceTime) {
      this.dropped++;
      return null;
    }
    this.freeAt = begin + this.serviceTime;
    const waiting: Waiting = { queue: this, question, source, port, reply: new PendingAnswer() };
    context.at(Math.ceil(this.freeAt), Phase.traffic, workOff, waiting);
    return waiting.reply;
  }

  /** @internal */
  workOff({ question, source, port, reply }: Waiting): void {
    const answer = this.options.answer(question, source, port);
    if (answer instanceof PendingAnswer) answer.whenAnswered((late) => reply.resolve(late));
    else reply.resolve(answer);
  }
}

function workOff(waiting: Waiting): void {
  waiting.queue.workOff(waiting);
}
