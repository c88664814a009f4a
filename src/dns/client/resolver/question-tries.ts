/**
 * One question, asked of one nameserver after the other and round again, until one answers with NOERROR or NXDOMAIN
 * (Go, src/net/dnsclient_unix.go `tryOneName`; c-ares, src/lib/ares_process.c). SERVFAIL, REFUSED and ICMP errors
 * lead to the next try at once, silence does when the time of the try is up.
 */

import type { Micros } from "../../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../../engine/event-queue.js";
import type { Answer, Question } from "../../../model/dns.js";
import type { UdpSocket } from "../../../network/udp-socket.js";
import type { SentQuestion, TransportReply } from "../transport/transport.js";
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

export class QuestionTries {
  private question!: Question;
  /** Of the try, and the id of its message: what comes after the end of its try reaches nobody. */
  private number = -1;
  /** The first try of the question has this number. */
  private first = 0;
  private socket: UdpSocket | null = null;
  /** When the try is over; there is a timer only where no reply is certain to come before. */
  private deadline: Micros = 0;
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
    this.deadline = context.now + this.schedule.timeoutOf(round);
    const socket = this.sockets.open(this.nameserver);
    this.socket = socket;
    this.tally.questions++;
    const nameserver = resolvConf.nameservers[this.nameserver]!;
    const repliedAt = transport.send(socket, nameserver, this.question, this.number, receive, this as QuestionTries);
    if (repliedAt >= this.deadline) this.arm();
  }

  private arm(): void {
    if (this.timer !== NO_TIMER) return;
    this.timer = this.process.context.at(this.deadline, Phase.traffic, expire, this as QuestionTries);
  }

  /** @internal */
  receive(reply: TransportReply | "late", { id }: SentQuestion): void {
    if (id !== this.number || this.socket === null) return;
    if (reply === "late") {
      this.arm();
      return;
    }
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
    this.sockets.release(this.nameserver, this.socket as UdpSocket, typeof result !== "string");
    this.socket = null;
    if (!answered) this.tally.failedQuestions++;
    const left = this.number - this.first + 1 < this.schedule.rounds * length;
    if (answered || !left || this.stopped) this.owner.triesEnded(this.question, result);
    else this.tryNext();
  }
}

function receive(tries: QuestionTries, reply: TransportReply | "late", sent: SentQuestion): void {
  tries.receive(reply, sent);
}

function expire(tries: QuestionTries): void {
  tries.expire();
}
