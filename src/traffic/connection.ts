/**
 * A connection that stays open between requests: what the walk of its SYN had found, and how it ends. As many attempts go
 * over it at once as its policy allows. Nothing happens while it is idle.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Connection, ConnectionEnd } from "../model/connection.js";
import type { Basis, TrackedHop } from "../model/flow.js";
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
  /** It has ended: the client knows, and sends nothing more over it. */
  ended(connection: C, at: Micros): void;
}

export class OpenConnection implements Connection, Route {
  readonly address: Address;
  readonly endpoint: Address;
  readonly endpointPort: number;
  readonly believedPod: string;
  readonly host: HostView | null;
  readonly basis: Basis | null;
  readonly oneWay: Micros;
  /** Why nothing comes back any more, which nobody has told the client; null while it is alive. */
  lostFact: FactId | null = null;
  /** What is on its way over it. */
  readonly attempts = new Set<AcceptedAttempt>();

  constructor(
    route: Route,
    readonly server: Server,
    readonly path: readonly TrackedHop[],
    private readonly keeper: ConnectionKeeper<OpenConnection>,
  ) {
    this.address = route.address;
    this.endpoint = route.endpoint;
    this.endpointPort = route.endpointPort;
    this.believedPod = route.believedPod;
    this.host = route.host;
    this.basis = route.basis;
    this.oneWay = route.oneWay;
  }

  /** A server tells the attempts on its connections itself: it may let some of them end well. */
  endedBy(hop: number, how: ConnectionEnd, at: Micros, fact: FactId): void {
    if (hop < this.path.length) {
      const cause = how === "silence" ? "node-down" : "killed-in-flight";
      for (const attempt of [...this.attempts]) attempt.connectionEnded(how, cause, fact);
    }
    if (how === "silence") this.lostFact = fact;
    else this.keeper.ended(this, at);
  }
}
