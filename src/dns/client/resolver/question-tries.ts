/**
 * One question, asked of one nameserver after the other and round again, until one answers with NOERROR or NXDOMAIN
 * (Go, src/net/dnsclient_unix.go `tryOneName`; c-ares, src/lib/ares_process.c). SERVFAIL, REFUSED and ICMP errors
 * lead to the next try at once, silence does when the time of the try is up.
 */

import type { Micros } from "../../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../../engine/event-queue.js";
import type { Answer, Question } from "../../../model/dns.js";
import type { TransportReply } from "../transport/transport.js";
import type { LookupTally } from "./lookup-tally.js";
import type { ResolverProcess } from "./resolver-process.js";
import type { SocketSource } from "./socket-source.js";

/** What the last try came to. */
export type TryResult = Answer | "refused" | "timeout";

export interface TrySchedule {
  /** Rounds over all nameservers. */
  readonly rounds: number;
  /** How long a try waits, by its round. */
  timeoutOf(round: number): Micros;
}

export interface TriesOwner {
  triesEnded(question: Question, result: TryResult): void;
}

interface Datagram {
  readonly tries: QuestionTries;
  /** Which try it belongs to: what comes after the end of its try reaches nobody. */
  readonly number: number;
}

export class QuestionTries {
  private question!: Question;
  private number = -1;
  /** The first try of the question has this number. */
  private first = 0;
  private socket = -1;
  private timer: Timer = NO_TIMER;
  private stopped = false;

  constructor(
    private readonly process: ResolverProcess,
    private readonly schedule: TrySchedule,
    private readonly sockets: SocketSource,
    private readonly tally: LookupTally,
    private readonly owner: TriesOwner,
  ) {}

  /** Asks the next question; the one before must have ended. */
  start(question: Question): void {
    this.question = question;
    this.stopped = false;
    this.first = this.number + 1;
    this.tryNext();
  }

  /** The try that is under way is the last one. */
  stopRetrying(): void {
    this.stopped = true;
  }

  private get nameserver(): number {
    return (this.number - this.first) % this.process.resolvConf.nameservers.length;
  }

  private tryNext(): void {
    const { context, transport, resolvConf } = this.process;
    this.number++;
    const round = Math.floor((this.number - this.first) / resolvConf.nameservers.length);
    const deadline = context.now + this.schedule.timeoutOf(round);
    this.socket = this.sockets.open(this.nameserver);
    this.tally.questions++;
    const nameserver = resolvConf.nameservers[this.nameserver]!;
    const datagram: Datagram = { tries: this, number: this.number };
    const repliedAt = transport.send(nameserver, this.socket, this.question, receive, datagram);
    if (repliedAt >= deadline) this.timer = context.at(deadline, Phase.traffic, expire, this as QuestionTries);
  }

  /** @internal */
  receive({ number }: Datagram, reply: TransportReply): void {
    if (number !== this.number || this.socket < 0) return;
    this.process.context.cancel(this.timer);
    this.timer = NO_TIMER;
    this.end(reply, reply !== "refused" && (reply.rcode === "NOERROR" || reply.rcode === "NXDOMAIN"));
  }

  /** @internal */
  expire(): void {
    this.timer = NO_TIMER;
    this.tally.timedOut = true;
    this.end("timeout", false);
  }

  private end(result: TryResult, answered: boolean): void {
    const { length } = this.process.resolvConf.nameservers;
    this.sockets.release(this.nameserver, this.socket, typeof result !== "string");
    this.socket = -1;
    if (!answered) this.tally.failedQuestions++;
    const left = this.number - this.first + 1 < this.schedule.rounds * length;
    if (answered || !left || this.stopped) this.owner.triesEnded(this.question, result);
    else this.tryNext();
  }
}

function receive(datagram: Datagram, reply: TransportReply): void {
  datagram.tries.receive(datagram, reply);
}

function expire(tries: QuestionTries): void {
  tries.expire();
}
