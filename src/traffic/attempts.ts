/**
 * The attempts that one answer takes: over which connection each goes and to where, and what follows from its end, which may
 * be a further address or another attempt. Whoever wants answers owns one of these: a traffic entry, the client half of a
 * proxy. What it wants is an *exchange*.
 */
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { ConnectionSettings } from "../model/scenario.js";
import { Attempt, type AttemptOwner } from "./attempt.js";
import type { Caller } from "./caller.js";
import type { ClientPod } from "./client-pod.js";
import type { OpenConnection } from "./connection.js";
import { connectionPolicy } from "./connections/policies.js";
import type { ConnectionPolicy, Connections } from "./connections/policy.js";
import { lostConnection, neverConnected, succeeded } from "./outcome.js";
import type { RetryPolicy } from "./retry.js";
import type { AnswerReason, Server } from "./server.js";

/** The draws of an exchange's later attempts lie this far from those of the one before. */
const ATTEMPTS_STEP = 4294967296;

/** What a client goes to without asking anybody, and whom it believes there (empty: no idea). */
export interface KnownTarget {
  readonly address: Address;
  readonly port: number;
  readonly believedPod: string;
}

/** What attempts are made for. `E` is the type that implements this. */
export interface Exchange<E extends Exchange<E>> {
  /** Who makes its attempts. */
  readonly maker: Attempts<E>;
  /** Number among those of its owner: the draws of its attempts belong to it. */
  readonly id: number;
  /** Who wants the answer; null once nobody does. */
  readonly client: ClientPod | null;
  /** All attempts end here at the latest. */
  readonly deadline: Micros;
  /** Of the answer that gave its address; NO_FACT when none did. */
  readonly addressFact: FactId;
  /** The record of its first attempt, mostly the only one: made once, for every exchange that the record serves. */
  first: Attempt<E> | null;
  /** The newest attempt, which leads to those before it; null while there was none. */
  last: Attempt<E> | null;
  /** Until the next attempt; NO_TIMER while none is planned. */
  timer: Timer;
}

/** Whoever has exchanges. */
export interface ExchangeOwner<E> {
  /** Nobody knows where it should go: to be found out, for `learned`, or to be given up. */
  addressUnknown(exchange: E, client: ClientPod): void;
  /** A connection could not be made, or was lost: who has named the address may look again. */
  connectionFailed(client: ClientPod): void;
  /** Its last attempt has ended, now: there is none after it. */
  ended(exchange: E, client: ClientPod, last: Attempt<E>): void;
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

export class Attempts<E extends Exchange<E>> implements AttemptOwner<E> {
  private readonly caller: Caller;
  private readonly owner: ExchangeOwner<E>;
  private readonly connections: Connections;

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
    if (next !== null) {
      this.go(exchange, client, next);
      return;
    }
    const known = this.options.known();
    if (known === null) this.owner.addressUnknown(exchange, client);
    else this.begin(exchange, client).dial(known.address, known.port, known.believedPod);
  }

  /** The next attempt, at a time that is not earlier than now. */
  tryAt(exchange: E, at: Micros): void {
    exchange.timer = this.caller.context.at(at, Phase.traffic, tryNow, exchange);
  }

  /** Goes on with the addresses (not empty) of an answer of that time. */
  learned(exchange: E, client: ClientPod, addresses: readonly Address[], answeredAt: Micros): void {
    this.go(exchange, client, this.connections.learned(client, addresses, answeredAt));
  }

  /** Nobody wants the answer any more: gives up the attempt that is under way, and plans none. */
  abandon(exchange: E): void {
    const { client, last } = exchange;
    this.caller.context.cancel(exchange.timer);
    exchange.timer = NO_TIMER;
    if (last === null || !last.underWay) return;
    last.leave();
    if (client !== null) this.connections.abandoned(client, last);
  }

  /** Why there is no answer by now, for whoever's client waits no longer; null while nothing was tried. */
  unanswered({ last }: E): AnswerReason | null {
    return last === null ? null : last.unanswered();
  }

  /** The client sends nothing more, and closes what it holds. */
  forget(client: ClientPod): void {
    this.connections.forget(client);
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
    if (failed) {
      if (lostConnection(attempt) && !attempt.reused) this.owner.connectionFailed(client);
      if (this.tryAgain(exchange, attempt)) return;
    }
    this.owner.ended(exchange, client, attempt);
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
    this.tryAt(exchange, now + wait);
    return true;
  }
}

function tryNow<E extends Exchange<E>>(exchange: E): void {
  exchange.timer = NO_TIMER;
  exchange.maker.tryNow(exchange);
}
