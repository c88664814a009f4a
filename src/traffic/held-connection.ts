/**
 * Connections that clients keep: `reuse: hold`. A client pod holds one to each address that it uses and sends any number of
 * requests at once over it, as HTTP/2 does, without a lookup and without a handshake. What it does not see while a
 * connection lives is that DNS, or a Service's endpoints, have changed.
 *
 * A connection ends when the server stops accepting or reaches the age that it allows (it says so, and requests on their
 * way are answered: no request is lost to this), when the server's process ends, or when a request over it has timed out:
 * a server without power says nothing. An address that did not accept is left out until a newer answer is there.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Basis } from "../model/flow.js";
import type { ConnectionSettings } from "../model/scenario.js";
import type { HostView } from "../model/verdict.js";
import type { ClientPod } from "./client-pod.js";
import type { Request } from "./request.js";
import type { ServedConnection, WebServer } from "./server.js";

/** Servers spread the ends of connections over this share of the age on either side (grpc-go keepalive MaxConnectionAge). */
const AGE_JITTER = 0.1;

export class HeldConnection implements ServedConnection {
  readonly client: ClientPod;
  readonly address: Address;
  readonly endpoint: Address;
  readonly endpointPort: number;
  readonly believedPod: string;
  readonly host: HostView | null;
  readonly basis: Basis | null;
  readonly oneWay: Micros;
  /** The server's node lost its power because of this; null while it answers. */
  lostFact: FactId | null = null;
  ageTimer: Timer = NO_TIMER;

  constructor(
    private readonly pool: HeldConnections,
    client: ClientPod,
    request: Request,
    readonly server: WebServer,
  ) {
    this.client = client;
    this.address = request.resolvedAddress;
    this.endpoint = request.endpoint;
    this.endpointPort = request.endpointPort;
    this.believedPod = request.believedPod;
    this.host = request.host;
    this.basis = request.basis;
    this.oneWay = request.oneWay;
  }

  closed(): void {
    this.pool.drop(this);
  }

  lost(fact: FactId): void {
    this.lostFact = fact;
  }
}

/** What one client knows and holds of the target. */
class Held {
  readonly connections = new Map<Address, HeldConnection>();
  addresses: readonly Address[] = [];
  /** Addresses that did not accept. */
  readonly refused = new Set<Address>();
  answeredAt: Micros = Number.NEGATIVE_INFINITY;
  /** A connection was lost then: an answer from before is asked for again. */
  outdatedSince: Micros = Number.NEGATIVE_INFINITY;
  turns = 0;

  get outdated(): boolean {
    return this.addresses.length === 0 || this.outdatedSince > this.answeredAt;
  }
}

export interface HeldConnectionsOptions {
  readonly context: Context;
  readonly balance: ConnectionSettings["balance"];
  readonly maxAge: ConnectionSettings["maxAge"];
  /** A connection was lost, or could not be made. */
  readonly onFailure: (client: ClientPod) => void;
}

/** All connections of one traffic entry. */
export class HeldConnections {
  private readonly held = new Map<ClientPod, Held>();
  private readonly ageKey: Key;
  private opened = 0;

  constructor(private readonly options: HeldConnectionsOptions) {
    this.ageKey = options.context.key("connection age");
  }

  /** The connection for the next request; an address to connect to; or null: look the name up. */
  next(client: ClientPod): HeldConnection | Address | null {
    const held = this.of(client);
    if (this.options.balance === "pick-first") {
      const [connection] = held.connections.values();
      return connection ?? null;
    }
    return held.outdated ? null : this.turn(held);
  }

  /** Takes the addresses of a lookup (not empty), and says with which to go on. */
  learn(client: ClientPod, addresses: readonly Address[], answeredAt: Micros): HeldConnection | Address {
    const held = this.of(client);
    held.addresses = addresses;
    if (!(answeredAt <= held.answeredAt)) held.refused.clear();
    held.answeredAt = answeredAt;
    for (const connection of [...held.connections.values()]) {
      if (!addresses.includes(connection.address)) this.forget(held, connection);
    }
    return this.turn(held);
  }

  /** The address after one that did not accept, of those that the request has not tried; null when there is none. */
  afterFailure(client: ClientPod, failed: Address, now: Micros): Address | null {
    const held = this.of(client);
    held.refused.add(failed);
    held.outdatedSince = now;
    return held.addresses.find((address) => !held.refused.has(address)) ?? null;
  }

  /** A server has accepted a connection for this request: it is held, unless there is one already. */
  open(client: ClientPod, request: Request, server: WebServer): void {
    const held = this.of(client);
    if (held.connections.has(request.resolvedAddress)) return;
    const connection = new HeldConnection(this, client, request, server);
    held.connections.set(connection.address, connection);
    server.hold(connection);
    const { maxAge } = this.options;
    if (maxAge === null) return;
    const spread = 1 + AGE_JITTER * (2 * uniform(this.ageKey, this.opened++) - 1);
    connection.ageTimer = this.options.context.after(Math.round(maxAge * spread), Phase.traffic, close, connection);
  }

  /** A connection has ended. */
  drop(connection: HeldConnection): void {
    const held = this.of(connection.client);
    if (held.connections.get(connection.address) !== connection) return;
    this.forget(held, connection);
    held.outdatedSince = this.options.context.now;
    this.options.onFailure(connection.client);
  }

  /** The client closes all that it holds. */
  end(client: ClientPod): void {
    const held = this.of(client);
    for (const connection of [...held.connections.values()]) this.forget(held, connection);
    this.held.delete(client);
  }

  private forget(held: Held, connection: HeldConnection): void {
    this.options.context.cancel(connection.ageTimer);
    connection.ageTimer = NO_TIMER;
    connection.server.letGo(connection);
    held.connections.delete(connection.address);
  }

  private turn(held: Held): HeldConnection | Address {
    if (held.addresses.every((address) => held.refused.has(address))) held.refused.clear();
    const usable = held.addresses.filter((address) => !held.refused.has(address));
    const turn = this.options.balance === "pick-first" ? 0 : held.turns++;
    const address = usable[turn % usable.length] as Address;
    return held.connections.get(address) ?? address;
  }

  private of(client: ClientPod): Held {
    const held = this.held.get(client) ?? new Held();
    this.held.set(client, held);
    return held;
  }
}

function close(connection: HeldConnection): void {
  connection.ageTimer = NO_TIMER;
  connection.closed();
}
