/**
 * An open connection: what the walk of its SYN had found, and how it ends. As many attempts go over it at once as its policy
 * allows. Nothing happens while it is idle.
 *
 * There is one where a client keeps it between requests, and where a place on the way keeps connections to end them. All
 * others are nothing but their attempt.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import { type Basis, type Connection, type ConnectionEnd, keptAt, type TrackedHop } from "../model/flow.js";
import type { Cause } from "../model/outcome.js";
import type { HostView } from "../model/verdict.js";
import type { AcceptedAttempt, Server } from "./server.js";

/** Where packets to an address go. */
export interface Route {
  /** The address that the client connected to; behind DNAT the endpoint is another. */
  readonly address: Address;
  readonly endpoint: Address;
  readonly endpointPort: number;
  /** Whom the rules (or the client's own knowledge) hold to be at the endpoint; empty without belief. */
  readonly believedPod: string;
  /** Whoever holds the endpoint address, or held it last; null when nobody ever did. */
  readonly host: HostView | null;
  readonly basis: Basis | null;
  readonly oneWay: Micros;
}

/** Whoever keeps a connection for a client. */
export interface ConnectionKeeper<C> {
  /**
   * It was closed or reset, now. The client hears of that a way later (`OpenConnection.closed`): a keeper that lets it send
   * until then keeps the connection until then.
   */
  ended(connection: C, at: Micros): void;
}

/** A silence: where it begins, and why. */
export interface ConnectionLoss {
  /** Place of the path behind which nothing is heard any more, or the server. */
  readonly hop: number;
  readonly cause: Cause;
  readonly fact: FactId;
}

/** A close or a reset: why, and when the client hears of it. What it sends before reaches nobody. */
export interface ConnectionClosure {
  readonly cause: Cause;
  readonly fact: FactId;
  readonly heardAt: Micros;
}

export class OpenConnection implements Connection, Route {
  readonly address: Address;
  readonly endpoint: Address;
  readonly endpointPort: number;
  readonly believedPod: string;
  readonly host: HostView | null;
  readonly basis: Basis | null;
  readonly oneWay: Micros;
  /** The attempts on their way over it. */
  readonly attempts = new Set<AcceptedAttempt>();
  /** Why nothing comes back any more, which nobody has told the client; null while it is alive. */
  loss: ConnectionLoss | null = null;

  /** Null while nobody has closed it. */
  closed: ConnectionClosure | null = null;

  /**
   * `keeper` is null when nobody keeps it behind the answer to its only attempt. An `exclusive` one carries one request at a
   * time (HTTP/1.1), and a server that closes it in order does not read what is on its way then. Over a shared one (HTTP/2)
   * the server says that it will, and answers that.
   */
  constructor(
    route: Route,
    readonly server: Server,
    readonly path: readonly TrackedHop[],
    private readonly keeper: ConnectionKeeper<OpenConnection> | null,
    private readonly exclusive = false,
  ) {
    this.address = route.address;
    this.endpoint = route.endpoint;
    this.endpointPort = route.endpointPort;
    this.believedPod = route.believedPod;
    this.host = route.host;
    this.basis = route.basis;
    this.oneWay = route.oneWay;
  }

  /** It is open: its server and the places on its way may end it from now on. */
  keep(): void {
    this.server.kept?.add(this);
    for (const [leg, { place }] of this.path.entries()) keptAt(place, leg)?.add(this);
  }

  /** It is closed, or has ended. */
  release(): void {
    this.server.kept?.remove(this);
    for (const [leg, { place }] of this.path.entries()) keptAt(place, leg)?.remove(this);
  }

  /** An attempt goes over it no longer. */
  leave(attempt: AcceptedAttempt): void {
    this.attempts.delete(attempt);
    if (this.keeper === null) this.release();
  }

  endedBy(hop: number, how: ConnectionEnd, at: Micros, cause: Cause, fact: FactId): void {
    if (this.loss !== null && this.loss.hop < hop) return;
    if (how === "silence") this.loss = { hop, cause, fact };
    if (hop < this.path.length) {
      const delay = this.delayTo(hop);
      for (const attempt of [...this.attempts]) attempt.connectionEnded(how, cause, fact, delay);
    }
    if (how === "silence") return;
    this.closed ??= { cause, fact, heardAt: at + (hop < this.path.length ? this.delayTo(hop) : this.oneWay) };
    if (how === "fin" && hop === this.path.length && this.exclusive) this.loseUnread(at, cause, fact);
    this.keeper?.ended(this, at);
  }

  /** The server has closed it: it does not read requests that are on their way to it over the open connection. */
  private loseUnread(at: Micros, cause: Cause, fact: FactId): void {
    for (const attempt of [...this.attempts]) {
      if (attempt.reused && attempt.receivedAt > at) attempt.connectionEnded("fin", cause, fact);
    }
  }

  /** From the client to the place at `hop`. */
  private delayTo(hop: number): Micros {
    let delay = 0;
    for (let leg = 0; leg < hop; leg++) delay += (this.path[leg] as TrackedHop).oneWay;
    return delay;
  }
}
