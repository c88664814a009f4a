/**
 * One try to have a request served: SYNs until one is answered, the way to the server, its answer. It ends in a class
 * (outcome.ts), of which its owner is told. What ends it is decided as soon as nothing but a crash can change it, and costs
 * one event; the server and the places on the way revise it until then.
 *
 * The owner is a request of a traffic entry, or a server that asks another one on behalf of an attempt of its own client:
 * so the attempts behind one request form a tree. Records are pooled: the request path allocates nothing.
 */
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Key } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { ConnectionEnd, TrackedHop } from "../model/flow.js";
import type { Cause } from "../model/outcome.js";
import type { Verdict } from "../model/verdict.js";
import { AttemptRecord, OK_STATUS } from "./attempt-record.js";
import type { Caller, FailedWalk, Syn } from "./caller.js";
import { OpenConnection } from "./connection.js";
import type { AttemptEnd } from "./outcome.js";
import { type AcceptedAttempt, type AnswerReason, isServer, PENDING, type Server } from "./server.js";

/** Who wants the answer. */
export interface AttemptOwner<P> {
  /** A server has accepted the attempt's own connection; the one that is kept behind it, or null. */
  connected(attempt: Attempt<P>, server: Server): OpenConnection | null;
  /** The attempt has ended, now. */
  ended(attempt: Attempt<P>): void;
}

/** `P` is what an attempt serves: a request, or the attempt that its owner has accepted. */
export class Attempt<P = unknown> extends AttemptRecord implements AcceptedAttempt, FailedWalk, Syn {
  /** Which try it is for its parent, from 1. */
  readonly number: number;
  slot = -1;
  private timer: Timer = NO_TIMER;

  /** `previous` is the attempt for the same parent before this one; null for the first. */
  constructor(
    private readonly caller: Caller,
    private readonly owner: AttemptOwner<P>,
    readonly parent: P,
    readonly previous: Attempt<P> | null = null,
  ) {
    super();
    this.number = previous === null ? 1 : previous.number + 1;
  }

  get serviceKey(): Key {
    return this.caller.serviceKey;
  }

  /**
   * Connects to an address, where `believedPod` is expected (empty: no idea). May be called again for another address when
   * no connection came to be.
   */
  dial(address: Address, port: number, believedPod: string): void {
    this.address = address;
    this.port = port;
    this.believedPod = believedPod;
    this.basis = null;
    this.decisive = this;
    this.path = null;
    this.connection = null;
    this.reused = false;
    this.connectAt = this.caller.context.now;
    this.sendSyn();
  }

  /** Goes over a connection that is open. */
  send(connection: OpenConnection): void {
    const { now } = this.caller.context;
    const { server, loss, closed } = connection;
    this.decisive = this;
    this.address = connection.address;
    this.endpoint = connection.endpoint;
    this.endpointPort = connection.endpointPort;
    this.believedPod = connection.believedPod;
    this.host = connection.host;
    this.basis = connection.basis;
    this.oneWay = connection.oneWay;
    this.connection = connection;
    this.reused = true;
    this.connectAt = now;
    this.acceptAt = now;
    connection.attempts.add(this);
    this.receivedAt = PENDING;
    if (loss !== null) this.loseAnswer("timeout", loss.cause, loss.fact, this.deadline);
    else if (closed !== null) this.finish("closed-idle", closed.cause, closed.fact, closed.heardAt);
    else this.serve(server, now);
  }

  /** @internal The first SYN, or a later one: to the same endpoint when DNAT had chosen one. */
  sendSyn(): void {
    const { caller } = this;
    this.timer = NO_TIMER;
    const verdict = this.path === null ? caller.connect(this) : caller.follow(this, this.path);
    this.basis = verdict.basis;
    if (verdict.basis !== null) this.believedPod = verdict.believedPod;
    this.endpoint = verdict.endpoint;
    this.endpointPort = verdict.endpointPort;
    this.host = verdict.host;
    this.rule = verdict.rule;
    this.ruleFact = verdict.ruleFact;
    this.oneWay = verdict.oneWay;
    const step = caller.nextStep(verdict, this.connectAt, this.deadline);
    const at = this.connectAt + step.at;
    if (step.outcome === "connected") {
      this.connected(verdict, at);
    } else if (step.outcome === "again") {
      this.path = caller.rememberedPath();
      this.cause = "";
      this.timer = caller.context.at(at, Phase.traffic, sendSyn, this as Attempt);
    } else {
      this.fail(step.outcome === "timed-out" ? "silent" : step.outcome, at);
    }
  }

  /** The way that its SYN has just taken: for its owner, when it hears that the attempt is connected. */
  pathTaken(): readonly TrackedHop[] {
    return this.caller.path();
  }

  /** The client knows at `at` that it is connected. Whoever does not speak HTTP refuses it. */
  private connected({ listener }: Verdict, at: Micros): void {
    if (!isServer(listener)) {
      this.fail("refused", at);
      return;
    }
    this.acceptAt = this.caller.context.now + this.oneWay;
    this.connection = this.owner.connected(this, listener) ?? this.ownConnection(listener);
    this.connection?.attempts.add(this);
    this.serve(listener, at);
  }

  /** Nobody keeps the connection behind the answer, but a place on its way may end it until then. */
  private ownConnection(server: Server): OpenConnection | null {
    if (!this.caller.isKeptOnTheWay()) return null;
    const connection = new OpenConnection(this, server, this.pathTaken(), null);
    connection.keep();
    return connection;
  }

  /** The request leaves at `sentAt`, over a connection that the server has accepted. */
  private serve(server: Server, sentAt: Micros): void {
    this.server = server;
    this.receivedAt = sentAt + this.oneWay;
    this.status = OK_STATUS;
    this.servedAt = server.accept(this);
    this.wrongPod = this.believedPod !== "" && this.believedPod !== server.pod;
    this.awaitAnswer(null);
  }

  answered(status: number, at: Micros, because: AnswerReason | null = null): void {
    if (this.server === null || this.servedAt !== PENDING) throw new Error("nobody waits for this answer");
    this.caller.context.cancel(this.timer);
    this.status = status;
    this.servedAt = at;
    this.awaitAnswer(because);
  }

  /** Plans the answer, with what is to be said of it, or the client's deadline when that is earlier. */
  private awaitAnswer(because: AnswerReason | null): void {
    const answerAt = this.servedAt + this.oneWay;
    const inTime = answerAt <= this.deadline;
    this.end = inTime ? "status" : "timeout";
    this.cause = !inTime ? "slow-server" : this.wrongPod ? "ip-reused" : "";
    this.causeFact = this.wrongPod ? (this.basis?.fact ?? this.addressFact) : NO_FACT;
    if (because !== null && because.cause !== "") this.passOn(because);
    const at = inTime ? answerAt : this.deadline;
    this.timer = this.caller.context.at(at, Phase.traffic, complete, this as Attempt);
  }

  /** How it ends is the end of what its server waits or has waited for. */
  private passOn({ cause, causeFact, wrongPod, decisive }: AnswerReason): void {
    this.decisive = decisive ?? this;
    if (cause === "") return;
    this.cause = cause;
    this.causeFact = causeFact;
    this.wrongPod = wrongPod;
  }

  /** For its owner, whose own client waits no longer: why it has no answer by now, whatever was planned. */
  unanswered(): AnswerReason {
    if (!this.underWay) return this;
    if (this.server !== null) this.blameServer();
    else if (this.cause === "") this.explain();
    return this;
  }

  /** A server that owes its answer may say what it waits for. */
  private blameServer(): void {
    const because = this.servedAt === PENDING ? (this.server?.waitsFor?.(this) ?? null) : null;
    if (because !== null) this.passOn(because);
  }

  refused(): void {
    this.fail("refused", this.acceptAt + this.oneWay);
  }

  connectionEnded(how: ConnectionEnd, cause: Cause, fact: FactId, delay: Micros = this.oneWay): void {
    const { caller, connectAt } = this;
    const { now } = caller.context;
    // from whoever has ended it to the server
    const beyond = this.oneWay - delay;
    if (this.servedAt + beyond <= now) return;
    const unanswered = !this.reused && this.acceptAt + beyond > now;
    if (how === "silence") {
      if (unanswered) this.loseAnswer("silent", cause, fact, connectAt + caller.connectTimeout);
      else this.loseAnswer("timeout", cause, fact, this.deadline);
    } else if (unanswered) {
      this.finish("refused", cause, fact, now + delay);
    } else {
      this.finish(this.receivedAt - beyond > now ? "closed-idle" : "closed-unanswered", cause, fact, now + delay);
    }
  }

  /** Nothing comes back: it ends at `at`, unless a place on the way ends its connection before. */
  private loseAnswer(end: AttemptEnd, cause: Cause, fact: FactId, at: Micros): void {
    if (end === "silent") this.acceptAt = PENDING;
    if (this.receivedAt > this.caller.context.now) this.receivedAt = PENDING;
    this.servedAt = PENDING;
    this.leaveServer();
    this.planEnd(end, cause, fact, at);
  }

  /** Finds out why, and plans the end: nothing can change it any more. */
  private fail(end: AttemptEnd, at: Micros): void {
    this.explain();
    this.finish(end, this.cause, this.causeFact, at);
  }

  private explain(): void {
    const { cause, fact } = this.caller.explain(this);
    this.cause = cause;
    this.causeFact = fact === NO_FACT ? (this.basis?.fact ?? this.addressFact) : fact;
  }

  /** Plans the end: nothing can change it any more. */
  private finish(end: AttemptEnd, cause: Cause | "", fact: FactId, at: Micros): void {
    this.leave();
    this.planEnd(end, cause, fact, at);
  }

  private planEnd(end: AttemptEnd, cause: Cause | "", fact: FactId, at: Micros): void {
    const { context } = this.caller;
    this.end = end;
    this.cause = cause;
    this.causeFact = fact;
    const time = Math.max(context.now, Math.min(at, this.deadline));
    this.timer = context.at(time, Phase.traffic, complete, this as Attempt);
  }

  /** It has neither ended nor been given up. */
  get underWay(): boolean {
    return this.timer !== NO_TIMER;
  }

  /**
   * Gives it up: takes it off its server and its connection. Its owner hears no more of it, and `end` stays what was
   * planned.
   */
  leave(): void {
    this.leaveServer();
    this.connection?.leave(this);
  }

  private leaveServer(): void {
    if (this.timer !== NO_TIMER) this.caller.context.cancel(this.timer);
    this.timer = NO_TIMER;
    const { server } = this;
    if (server === null) return;
    this.server = null;
    server.release(this);
  }

  /** @internal */
  complete(): void {
    this.timer = NO_TIMER;
    if (this.end === "timeout") this.blameServer();
    this.leave();
    this.owner.ended(this);
  }
}

function sendSyn(attempt: Attempt): void {
  attempt.sendSyn();
}

function complete(attempt: Attempt): void {
  attempt.complete();
}
