/**
 * One round of the glibc resolver: A and AAAA for one name, over all attempts and nameservers
 * (glibc 2.36, resolv/res_send.c `__res_context_send` and `send_dg`, resolv/res_query.c `__res_context_query`).
 *
 * Both questions leave one socket at once. A nameserver has `timeout` to answer both. If one answer arrives and the other
 * does not, the resolver asks the same nameserver again, one question after the other, and the third time from a new
 * socket per question; this habit stays with the process. If nothing arrives, or only failures, the next nameserver or
 * attempt follows, from the same socket per nameserver. An answer that comes while another nameserver is being waited for
 * is lost here; glibc would find it in the socket's buffer when it turns to that nameserver again.
 */
import type { Context } from "../../../engine/context.js";
import { type Micros, SECOND } from "../../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../../engine/event-queue.js";
import type { Answer } from "../../../model/dns.js";
import type { UdpSocket } from "../../../network/udp-socket.js";
import type { SentQuestion, Transport, TransportReply } from "../transport/transport.js";
import { LookupTally } from "./lookup-tally.js";
import type { ResolvConf } from "./resolv-conf-parser.js";
import { ResolverProcess } from "./resolver-process.js";
import type { Candidate } from "./search-list.js";

/** A process with glibc: what it has learned about its nameservers stays until its end. */
export class GlibcProcess extends ResolverProcess {
  singleRequest: boolean;
  singleRequestReopen: boolean;

  constructor(resolvConf: ResolvConf, transport: Transport, context: Context) {
    super(resolvConf, transport, context);
    this.singleRequest = resolvConf.options.singleRequest;
    this.singleRequestReopen = resolvConf.options.singleRequestReopen;
  }
}

/**
 * `found`: an address, or at least one answer with records. `no-data` and `not-found`: NOERROR without records, NXDOMAIN.
 * `server-failure`: every nameserver failed with SERVFAIL. `no-answer`: timeouts or REFUSED. `refused`: ICMP errors only.
 */
export type RoundResult = "found" | "no-data" | "not-found" | "server-failure" | "no-answer" | "refused";

export interface RoundOwner {
  roundEnded(result: RoundResult): void;
}

const A = 0;
const AAAA = 1;
type Slot = typeof A | typeof AAAA;

export class Round {
  /** Valid answers: NOERROR or NXDOMAIN. */
  readonly answers: [Answer | null, Answer | null] = [null, null];
  readonly tally: LookupTally;
  private candidate!: Candidate;
  /** One socket per nameserver, and the one in use. */
  private readonly sockets: (UdpSocket | null)[];
  private socket: UdpSocket | null = null;
  private readonly waiting: [boolean, boolean] = [false, false];
  private readonly received: [boolean, boolean] = [false, false];
  private nameserver = 0;
  private attempt = 0;
  /** When this try is over; there is a timer only where no reply is certain to come before. */
  private deadline: Micros = 0;
  private timer: Timer = NO_TIMER;
  /** Something other than an ICMP error has happened: then failure is no sign that there is no nameserver at all. */
  private gotSomewhere = false;
  /** The first answer of the current try came as SERVFAIL. */
  private serverFailure = false;

  constructor(
    private readonly state: GlibcProcess,
    private readonly owner: RoundOwner,
  ) {
    this.tally = new LookupTally(state.transport);
    this.sockets = state.resolvConf.nameservers.map(() => null);
  }

  /** Starts a round for the next name; the tally goes on. */
  start(candidate: Candidate): void {
    this.candidate = candidate;
    this.nameserver = 0;
    this.attempt = 0;
    this.gotSomewhere = false;
    this.serverFailure = false;
    this.tryNameserver();
  }

  private tryNameserver(): void {
    this.openSocket();
    this.answers[A] = null;
    this.answers[AAAA] = null;
    this.received[A] = false;
    this.received[AAAA] = this.state.resolvConf.options.noAaaa;
    this.disarm();
    this.deadline = this.state.context.now + this.timeout();
    this.ask(A);
    if (!this.received[AAAA] && !this.state.singleRequest && !this.state.singleRequestReopen) this.ask(AAAA);
  }

  private openSocket(): void {
    const socket = this.sockets[this.nameserver] ?? this.state.transport.open();
    this.sockets[this.nameserver] = socket;
    this.socket = socket;
  }

  private closeSockets(): void {
    for (let nameserver = 0; nameserver < this.sockets.length; nameserver++) {
      const socket = this.sockets[nameserver] ?? null;
      if (socket !== null) this.state.transport.close(socket);
      this.sockets[nameserver] = null;
    }
    this.socket = null;
  }

  private ask(slot: Slot): void {
    this.waiting[slot] = true;
    this.tally.questions++;
    const { resolvConf, transport } = this.state;
    const question = slot === A ? this.candidate.a : this.candidate.aaaa;
    const nameserver = resolvConf.nameservers[this.nameserver]!;
    const repliedAt = transport.send(this.socket as UdpSocket, nameserver, question, slot, receive, this as Round);
    if (repliedAt >= this.deadline) this.arm();
  }

  private arm(): void {
    if (this.timer !== NO_TIMER) return;
    this.timer = this.state.context.at(this.deadline, Phase.traffic, expire, this as Round);
  }

  private disarm(): void {
    if (this.timer === NO_TIMER) return;
    this.state.context.cancel(this.timer);
    this.timer = NO_TIMER;
  }

  /** Whole seconds; later nameservers get twice as long each, shared by their number. */
  private timeout(): Micros {
    const { nameservers, options } = this.state.resolvConf;
    let seconds = options.timeoutSeconds << this.nameserver;
    if (this.nameserver > 0) seconds = Math.floor(seconds / nameservers.length);
    return Math.max(1, seconds) * SECOND;
  }

  /** @internal */
  receive(reply: TransportReply | "late", { socket, id }: SentQuestion): void {
    const slot = id as Slot;
    // another nameserver is being waited for, or the answer came before
    if (socket !== this.socket || this.received[slot]) return;
    if (reply === "late") {
      this.arm();
      return;
    }
    this.waiting[slot] = false;
    if (reply === "refused") {
      this.tally.failedQuestions += 1 + this.giveUp();
      this.closeSockets();
      this.nextTry();
      return;
    }
    this.gotSomewhere = true;
    const first = !this.received[A] && (!this.received[AAAA] || this.state.resolvConf.options.noAaaa);
    this.received[slot] = true;
    if (reply.rcode === "SERVFAIL" || reply.rcode === "REFUSED") this.serverFailed(reply, first);
    else this.answered(slot, reply);
  }

  /** A failure does not end the wait for the other answer, and counts for nothing beside it. */
  private serverFailed(reply: Answer, first: boolean): void {
    this.tally.failedQuestions++;
    if (first) this.serverFailure = reply.rcode === "SERVFAIL";
    if (!this.received[A] || !this.received[AAAA]) {
      // one question at a time: the other is not even asked after a failure, and the wait goes on for nothing
      this.arm();
      return;
    }
    if (this.answers[A] === null && this.answers[AAAA] === null) this.nextTry();
    else this.finish(this.resultOfAnswers());
  }

  private answered(slot: Slot, reply: Answer): void {
    this.answers[slot] = reply;
    if (this.received[A] && this.received[AAAA]) {
      this.finish(this.resultOfAnswers());
    } else if (this.state.singleRequestReopen) {
      this.closeSockets();
      this.openSocket();
      this.ask(AAAA);
    } else if (this.state.singleRequest) {
      this.ask(AAAA);
    }
  }

  /** @internal */
  expire(): void {
    this.timer = NO_TIMER;
    this.tally.timedOut = true;
    this.tally.failedQuestions += this.giveUp();
    const { state } = this;
    this.gotSomewhere = true;
    if (this.answers[A] === null && this.answers[AAAA] === null) {
      this.nextTry();
    } else if (!state.singleRequest && !state.singleRequestReopen) {
      state.singleRequest = true;
      this.tryNameserver();
    } else if (!state.singleRequestReopen) {
      state.singleRequestReopen = true;
      this.closeSockets();
      this.tryNameserver();
    } else {
      this.finish(this.resultOfAnswers());
    }
  }

  /** Stops waiting for what was asked in this try; how many questions that leaves without an answer. */
  private giveUp(): number {
    const count = (this.waiting[A] ? 1 : 0) + (this.waiting[AAAA] ? 1 : 0);
    this.waiting[A] = false;
    this.waiting[AAAA] = false;
    return count;
  }

  private nextTry(): void {
    const { nameservers, options } = this.state.resolvConf;
    this.nameserver++;
    if (this.nameserver === nameservers.length) {
      this.nameserver = 0;
      this.attempt++;
    }
    if (this.attempt < options.attempts) this.tryNameserver();
    else this.finish(!this.gotSomewhere ? "refused" : this.serverFailure ? "server-failure" : "no-answer");
  }

  private resultOfAnswers(): RoundResult {
    const [a, aaaa] = this.answers;
    if ((a !== null && a.answers.length > 0) || (aaaa !== null && aaaa.answers.length > 0)) return "found";
    return a?.rcode === "NXDOMAIN" || aaaa?.rcode === "NXDOMAIN" ? "not-found" : "no-data";
  }

  private finish(result: RoundResult): void {
    this.disarm();
    this.closeSockets();
    this.owner.roundEnded(result);
  }
}

function receive(round: Round, reply: TransportReply | "late", sent: SentQuestion): void {
  round.receive(reply, sent);
}

function expire(round: Round): void {
  round.expire();
}
