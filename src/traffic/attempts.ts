/**
 * The attempts that one answer takes: over which connection each goes and to where, and what follows from its end, which may
 * be a further address or another attempt. Whoever wants answers owns one of these: a traffic entry, the client half of a
 * proxy. What it wants is an *exchange*.
 */
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase } from "../engine/event-queue.js";
import type { Address } from "../model/address.js";
import type { ConnectionSettings } from "../model/scenario.js";
import { Attempt, type AttemptOwner } from "./attempt.js";
import type { Caller } from "./caller.js";
import type { ClientPod } from "./client-pod.js";
import { OpenConnection } from "./connection.js";
import { connectionPolicy } from "./connections/policies.js";
import type { ConnectionPolicy, Connections } from "./connections/policy.js";
import type { AttemptMaker, Exchange } from "./exchange.js";
import { lostConnection, neverConnected, succeeded } from "./outcome.js";
import type { RetryPolicy } from "./retry.js";
import type { AnswerReason, Server } from "./server.js";
import { WaitingExchanges } from "./waiting-exchanges.js";

/** The draws of an exchange's later attempts lie this far from those of the one before. */
const ATTEMPTS_STEP = 4294967296;

/** What a client goes to without asking anybody, and whom it believes there (empty: no idea). */
export interface KnownTarget {
  readonly address: Address;
  readonly port: number;
  readonly believedPod: string;
}

/** Whoever has exchanges. */
export interface ExchangeOwner<E> {
  /** Nobody knows where it should go: to be found out, for `learned`, or not, for `unlearned`. */
  addressUnknown(exchange: E, client: ClientPod): void;
  /** A connection could not be made, or was lost: who has named the address may look again. */
  connectionFailed(client: ClientPod): void;
  /** Its last attempt has ended, now: there is none after it. */
  ended(exchange: E, client: ClientPod, last: Attempt<E>): void;
  /** Its time is up, now, while it waited to make an attempt. */
  timeUp(exchange: E, client: ClientPod, because: AnswerReason): void;
}

export interface AttemptsOptions<E> {
  readonly caller: Caller;
  readonly connection: ConnectionSettings;
  /** Default: the policy that the settings name. */
  readonly connectionPolicy?: ConnectionPolicy;
  /** The target is known by a name, which may have several addresses. */
  readonly byName: boolean;
  readonly retries: RetryPolicy;
  /** Where to go without asking; null: `addressUnknown` is called. */
  readonly known: () => KnownTarget | null;
  /** Of addresses that are learned: the port, and whom they mean (empty: no idea). */
  readonly port: number;
  readonly podAt: (address: Address) => string;
  readonly owner: ExchangeOwner<E>;
}

export class Attempts<E extends Exchange<E>> implements AttemptOwner<E>, AttemptMaker<E> {
  private readonly caller: Caller;
  private readonly owner: ExchangeOwner<E>;
  private readonly connections: Connections;
  private readonly waiting = new WaitingExchanges<E>();
  private calling: ClientPod | null = null;
  /** The address that was known last, as a list. */
  private known: readonly Address[] = [];

  constructor(private readonly options: AttemptsOptions<E>) {
    const { caller, connection, byName, owner } = options;
    this.caller = caller;
    this.owner = owner;
    const policy = options.connectionPolicy ?? connectionPolicy(connection.reuse);
    this.connections = policy.create({
      context: caller.context,
      settings: connection,
      byName,
      onLoss: (client) => owner.connectionFailed(client),
    });
  }

  /** The next attempt, now: over a connection that is open, to an address that is known, or to one that is to be learned. */
  tryNow(exchange: E): void {
    const { client } = exchange;
    if (client === null) return;
    const next = this.connections.next(client);
    if (isReason(next)) {
      exchange.delay(next, this.caller.context.now);
      this.waiting.add(client, exchange);
      this.wait(exchange, next);
    } else {
      this.supplied(exchange, client, next);
    }
  }

  /** The next attempt, at a time that is not earlier than now. */
  tryAt(exchange: E, at: Micros): void {
    exchange.timer = this.caller.context.at(at, Phase.traffic, tryNow, exchange);
  }

  /**
   * It cannot make its attempt now. `timeUp` is called if that is still so at its deadline; an owner whose look-ups may take
   * longer than that says so here.
   */
  wait(exchange: E, because: AnswerReason): void {
    const { context } = this.caller;
    exchange.waitsFor = because;
    exchange.timer = context.at(exchange.deadline, Phase.traffic, timeUp, exchange);
  }

  /** Goes on with the addresses (not empty) of an answer of that time. */
  learned(exchange: E, client: ClientPod, addresses: readonly Address[], answeredAt: Micros): void {
    this.endWait(exchange);
    this.go(exchange, client, this.connections.learned(client, addresses, answeredAt));
  }

  /** There is no address for it: it makes no attempt. */
  unlearned(exchange: E, client: ClientPod): void {
    this.endWait(exchange);
    this.connections.unlearned(client);
    this.callWaiting(client);
  }

  /** Nobody wants the answer any more: gives up the attempt that is under way or to be made, and plans none. */
  abandon(exchange: E): void {
    const { client, last, seeksAddress } = exchange;
    this.endWait(exchange);
    const underWay = last?.underWay === true;
    if (underWay) last.leave();
    if (client === null) return;
    this.waiting.remove(client, exchange);
    if (underWay) this.connections.abandoned(client, last);
    else if (seeksAddress) this.connections.unlearned(client);
    this.callWaiting(client);
  }

  /** The client is gone, and with it all of its exchanges, which these are. */
  abandonAll(client: ClientPod, exchanges: readonly E[]): void {
    this.waiting.forget(client);
    for (const exchange of exchanges) this.abandon(exchange);
    this.forget(client);
  }

  /** Why there is no answer by now, for whoever's client waits no longer; null while nothing was tried. */
  unanswered({ waitsFor, last }: E): AnswerReason | null {
    return waitsFor ?? last?.unanswered() ?? null;
  }

  /** The client sends nothing more, and closes what it holds. */
  forget(client: ClientPod): void {
    this.connections.forget(client);
  }

  /** Whom its clients have held connections to, by their pods. */
  get kept(): Connections["kept"] {
    return this.connections.kept;
  }

  connected(attempt: Attempt<E>, server: Server): OpenConnection | null {
    const { client } = attempt.parent;
    return client === null ? null : this.connections.opened(client, attempt, server);
  }

  ended(attempt: Attempt<E>): void {
    const exchange = attempt.parent;
    const { client } = exchange;
    if (client === null) return;
    const failed = !succeeded(attempt);
    if (failed && neverConnected(attempt) && this.dialFurther(exchange, client, attempt)) return;
    this.connections.ended(client, attempt);
    if (failed && lostConnection(attempt) && !attempt.reused) this.owner.connectionFailed(client);
    if (!failed || !this.tryAgain(exchange, attempt)) {
      if (exchange.delayedBy !== null) attempt.blameDelay(exchange.delayedBy, exchange.delayedSince);
      this.owner.ended(exchange, client, attempt);
    }
    this.callWaiting(client);
  }

  timeUp(exchange: E): void {
    const { client, waitsFor, seeksAddress } = exchange;
    this.endWait(exchange);
    if (client === null || waitsFor === null) return;
    this.waiting.remove(client, exchange);
    if (seeksAddress) this.connections.unlearned(client);
    this.owner.timeUp(exchange, client, waitsFor);
    this.callWaiting(client);
  }

  /** An attempt of this client is over or is not made: those who wait are asked again. */
  private callWaiting(client: ClientPod): void {
    // what is over at once calls again, from within
    if (this.calling === client) return;
    this.calling = client;
    for (let first = this.waiting.first(client); first !== null; first = this.waiting.first(client)) {
      const next = this.connections.next(client);
      if (isReason(next)) break;
      this.waiting.remove(client, first);
      this.endWait(first);
      this.supplied(first, client, next);
    }
    this.calling = null;
  }

  private endWait(exchange: E): void {
    this.caller.context.cancel(exchange.timer);
    exchange.timer = NO_TIMER;
    exchange.waitsFor = null;
    exchange.seeksAddress = false;
  }

  private supplied(exchange: E, client: ClientPod, next: OpenConnection | Address | null): void {
    if (next !== null) {
      this.go(exchange, client, next);
      return;
    }
    const known = this.options.known();
    if (known === null) {
      exchange.seeksAddress = true;
      this.owner.addressUnknown(exchange, client);
      return;
    }
    if (this.known[0] !== known.address) this.known = [known.address];
    const supply = this.connections.learned(client, this.known, this.caller.context.now);
    const attempt = this.begin(exchange, client);
    if (typeof supply === "number") attempt.dial(supply, known.port, known.believedPod);
    else attempt.send(supply);
  }

  private begin(exchange: E, client: ClientPod): Attempt<E> {
    const { id, deadline, addressFact, last } = exchange;
    if (last === null) {
      exchange.first ??= new Attempt<E>(this.caller, this, exchange);
      exchange.last = exchange.first;
      return exchange.first.begin(id, client, deadline, addressFact);
    }
    const attempt = new Attempt<E>(this.caller, this, exchange, last);
    exchange.last = attempt;
    return attempt.begin(id + ATTEMPTS_STEP * last.number, client, deadline, addressFact);
  }

  private go(exchange: E, client: ClientPod, next: OpenConnection | Address): void {
    const attempt = this.begin(exchange, client);
    if (typeof next === "number") attempt.dial(next, this.options.port, this.options.podAt(next));
    else attempt.send(next);
  }

  /** Goes on with another address that the last answer has given: for the client that is still the same attempt. */
  private dialFurther(exchange: E, client: ClientPod, attempt: Attempt<E>): boolean {
    const further = this.connections.further(client, attempt);
    if (further === null || this.caller.context.now >= exchange.deadline) return false;
    this.owner.connectionFailed(client);
    attempt.dial(further, this.options.port, this.options.podAt(further));
    return true;
  }

  private tryAgain(exchange: E, attempt: Attempt<E>): boolean {
    const wait = this.options.retries.after(attempt, attempt.number);
    const { now } = this.caller.context;
    if (wait === null || now + wait >= exchange.deadline) return false;
    exchange.delay(attempt, attempt.connectAt);
    this.tryAt(exchange, now + wait);
    return true;
  }
}

function isReason(next: OpenConnection | Address | AnswerReason | null): next is AnswerReason {
  return next !== null && typeof next === "object" && !(next instanceof OpenConnection);
}

function timeUp<E extends Exchange<E>>(exchange: E): void {
  exchange.maker.timeUp(exchange);
}

function tryNow<E extends Exchange<E>>(exchange: E): void {
  exchange.timer = NO_TIMER;
  exchange.maker.tryNow(exchange);
}
