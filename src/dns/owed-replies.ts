/**
 * Replies that a server owes: it has said what it will answer to a question that is still on its way, because nothing of
 * what decides that changes by itself before. A server that is about to change settles first. What has arrived by then was
 * answered as foretold; what has not is asked when it arrives.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import type { Answer, Question } from "../model/dns.js";

/** A question on its way to a server. The last three fields belong to whoever owes the reply. */
export interface ExpectedQuestion {
  readonly question: Question;
  readonly arrivesAt: Micros;
  /** What the server has said that it will answer. */
  foretell(answer: Answer): void;
  /** The server changes before the question is there, which therefore is asked when it arrives. */
  askOnArrival(): void;
  /** Null while nobody owes the reply. */
  debtor: OwedReplies | null;
  earlier: ExpectedQuestion | null;
  later: ExpectedQuestion | null;
}

export class OwedReplies {
  /** In the order of sending. */
  private first: ExpectedQuestion | null = null;
  private last: ExpectedQuestion | null = null;

  /** The process that owes: what arrives after its end is not answered. */
  constructor(private readonly process: Context) {}

  add(question: ExpectedQuestion): void {
    question.debtor = this;
    question.earlier = this.last;
    if (this.last === null) this.first = question;
    else this.last.later = question;
    this.last = question;
  }

  /** The reply is due: whether the process lived to give it. */
  collect(question: ExpectedQuestion): boolean {
    const { earlier, later } = question;
    if (earlier === null) this.first = later;
    else earlier.later = later;
    if (later === null) this.last = earlier;
    else later.earlier = earlier;
    release(question);
    return this.process.alive || question.arrivesAt < this.process.endedAt;
  }

  /** The server changes now. */
  settle(now: Micros): void {
    let question = this.first;
    this.first = null;
    this.last = null;
    while (question !== null) {
      const { later } = question;
      release(question);
      if (question.arrivesAt >= now) question.askOnArrival();
      question = later;
    }
  }
}

function release(question: ExpectedQuestion): void {
  question.debtor = null;
  question.earlier = null;
  question.later = null;
}
