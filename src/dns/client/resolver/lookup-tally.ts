/** What a lookup has cost so far, and which answer decided it. */
import type { Micros } from "../../../engine/duration.js";
import { type FactId, NO_FACT } from "../../../engine/facts.js";
import type { Address } from "../../../model/address.js";
import { type Answer, type Lookup, type LookupStatus, NOTHING_ASKED, type PendingLookup } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";

export class LookupTally implements PendingLookup {
  /** Sent, retransmissions included. */
  questions = 0;
  failedQuestions = 0;
  timedOut = false;
  private fact: FactId = NO_FACT;
  private knownSince: Micros = Number.NaN;
  private answeredAt: Micros = Number.NaN;
  private answer: Answer | null = null;
  /** Datagrams that were lost before the lookup began. */
  private lostBefore = 0;

  constructor(private readonly transport: Transport) {}

  /** For the next lookup. */
  reset(): void {
    this.questions = 0;
    this.failedQuestions = 0;
    this.timedOut = false;
    this.fact = NO_FACT;
    this.knownSince = Number.NaN;
    this.answeredAt = Number.NaN;
    this.answer = null;
    this.lostBefore = this.transport.failures ?? 0;
  }

  /** The deciding answer: the one with records, else the one that rests on the newest write. */
  remember(answers: readonly (Answer | null)[], found: boolean, now: Micros): void {
    for (const answer of answers) {
      if (answer === null || (found && answer.answers.length === 0)) continue;
      if (!found && !Number.isNaN(this.answeredAt) && answer.fact <= this.fact) continue;
      this.fact = answer.fact;
      this.knownSince = answer.knownSince;
      this.answeredAt = now;
      this.answer = answer;
    }
  }

  soFar(): Lookup {
    const { questions, failedQuestions, timedOut, transport } = this;
    const lost = (transport.failures ?? 0) > this.lostBefore;
    return {
      ...NOTHING_ASKED,
      questions,
      failedQuestions,
      timedOut,
      failure: lost ? (transport.failureFact ?? NO_FACT) : NO_FACT,
    };
  }

  /** What the application gets. */
  lookup(status: LookupStatus, addresses: readonly Address[]): Lookup {
    return {
      status,
      addresses,
      questions: this.questions,
      failedQuestions: this.failedQuestions,
      timedOut: status !== "ok" && this.timedOut,
      fact: this.fact,
      knownSince: this.knownSince,
      answeredAt: this.answeredAt,
      answer: this.answer,
      failure: this.failedQuestions === 0 ? NO_FACT : (this.transport.failureFact ?? NO_FACT),
    };
  }
}

/** The addresses in the answers to A and AAAA, in their order. */
export function addressesOf(answers: readonly (Answer | null)[]): Address[] {
  const addresses: Address[] = [];
  for (const answer of answers) {
    for (const record of answer?.answers ?? []) if (record.address !== null) addresses.push(record.address);
  }
  return addresses;
}
