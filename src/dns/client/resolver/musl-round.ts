/**
 * One name asked by musl: A and AAAA from one socket, to all nameservers in parallel (musl 1.2.5, src/network/res_msend.c).
 *
 * The first NOERROR or NXDOMAIN counts, whoever sends it. Only the question without an answer is sent again, from the same
 * socket, every timeout ÷ attempts. SERVFAIL is answered with the same question at once, four times in all between two
 * such times; REFUSED is waited out, and so are ICMP errors, which an unconnected socket never hears of.
 */
import { type Micros, SECOND } from "../../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../../engine/event-queue.js";
import type { Address } from "../../../model/address.js";
import type { Answer } from "../../../model/dns.js";
import type { UdpSocket } from "../../../network/udp-socket.js";
import type { SentQuestion, TransportReply } from "../transport/transport.js";
import { LookupTally } from "./lookup-tally.js";
import type { ResolverProcess } from "./resolver-process.js";
import type { Candidate } from "./search-list.js";

/** `not-found`: NXDOMAIN for either question, where the search goes on. `no-data`: neither has records. */
export type MuslResult = "found" | "no-data" | "not-found" | "no-answer";

export interface MuslRoundOwner {
  roundEnded(result: MuslResult): void;
}

const SLOTS = [0, 1] as const;
type Slot = (typeof SLOTS)[number];

/** Between two regular times of sending: two for each question, whichever needs them. */
const SERVFAIL_RETRIES = 4;

export class MuslRound {
  readonly answers: [Answer | null, Answer | null] = [null, null];
  readonly tally: LookupTally;
  private candidate!: Candidate;
  private socket: UdpSocket | null = null;
  private startedAt: Micros = 0;
  /** How often the questions were sent at a regular time. */
  private sendings = 0;
  private servfailRetries = 0;
  /** Questions on their way, by slot. */
  private readonly waiting: [number, number] = [0, 0];
  private deadline: Micros = 0;
  private timer: Timer = NO_TIMER;

  constructor(
    private readonly process: ResolverProcess,
    private readonly owner: MuslRoundOwner,
  ) {
    this.tally = new LookupTally(process.transport);
  }

  /** Starts a round for the next name; the tally goes on. */
  start(candidate: Candidate): void {
    this.candidate = candidate;
    this.answers[0] = null;
    this.answers[1] = null;
    this.socket = this.process.transport.open();
    this.startedAt = this.process.context.now;
    this.sendings = 0;
    this.sendAll();
  }

  private sendAll(): void {
    const { timeoutSeconds, attempts } = this.process.resolvConf.options;
    this.sendings++;
    this.servfailRetries = SERVFAIL_RETRIES;
    this.deadline = this.startedAt + Math.floor((timeoutSeconds * SECOND * this.sendings) / attempts);
    for (const slot of SLOTS) {
      if (this.answers[slot] !== null) continue;
      for (const nameserver of this.process.resolvConf.nameservers) this.ask(slot, nameserver);
    }
  }

  private ask(slot: Slot, nameserver: Address): void {
    const question = slot === 0 ? this.candidate.a : this.candidate.aaaa;
    this.tally.questions++;
    this.waiting[slot]++;
    const { transport } = this.process;
    const repliedAt = transport.send(this.socket as UdpSocket, nameserver, question, slot, receive, this as MuslRound);
    if (repliedAt >= this.deadline) this.arm();
  }

  /** There is a timer only where no reply that counts is certain to come before. */
  private arm(): void {
    if (this.timer !== NO_TIMER) return;
    this.timer = this.process.context.at(this.deadline, Phase.traffic, expire, this as MuslRound);
  }

  /** @internal */
  receive(reply: TransportReply | "late", { id, nameserver }: SentQuestion): void {
    const slot = id as Slot;
    if (this.answers[slot] !== null) return;
    if (reply === "late") {
      this.arm();
      return;
    }
    this.waiting[slot] = Math.max(0, this.waiting[slot] - 1);
    if (reply === "refused" || reply.rcode === "REFUSED" || reply.rcode === "SERVFAIL") {
      this.tally.failedQuestions++;
      if (reply !== "refused" && reply.rcode === "SERVFAIL" && this.servfailRetries > 0) {
        this.servfailRetries--;
        this.ask(slot, nameserver);
      } else this.arm();
      return;
    }
    this.answers[slot] = reply;
    this.waiting[slot] = 0;
    if (this.answers[0] !== null && this.answers[1] !== null) this.finish();
  }

  /** @internal */
  expire(): void {
    this.timer = NO_TIMER;
    this.tally.timedOut = true;
    for (const slot of SLOTS) {
      this.tally.failedQuestions += this.waiting[slot];
      this.waiting[slot] = 0;
    }
    if (this.sendings < this.process.resolvConf.options.attempts) this.sendAll();
    else this.finish();
  }

  private finish(): void {
    const { context, transport } = this.process;
    if (this.timer !== NO_TIMER) context.cancel(this.timer);
    this.timer = NO_TIMER;
    transport.close(this.socket as UdpSocket);
    this.socket = null;
    this.owner.roundEnded(resultOf(this.answers));
  }
}

/** In the order of the questions: what A lacks decides before what AAAA says. */
function resultOf(answers: readonly (Answer | null)[]): MuslResult {
  for (const answer of answers) {
    if (answer === null) return "no-answer";
    if (answer.rcode === "NXDOMAIN") return "not-found";
  }
  return answers.some((answer) => answer !== null && answer.answers.length > 0) ? "found" : "no-data";
}

function receive(round: MuslRound, reply: TransportReply | "late", sent: SentQuestion): void {
  round.receive(reply, sent);
}

function expire(round: MuslRound): void {
  round.expire();
}
