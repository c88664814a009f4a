/**
 * Connections that clients hold: `reuse: hold`. A client pod holds one to each address that it uses and sends any number of
 * requests at once over it, as HTTP/2 does, without a lookup and without a handshake. What it does not see while a
 * connection lives is that DNS, or a Service's endpoints, have changed.
 *
 * A connection ends when the server stops accepting or reaches the age that it allows (it says so, and requests on their
 * way are answered: no request is lost to this), when the server's process ends, or when a request that did not open it has timed out:
 * a server without power says nothing. An address that did not accept is left out until a newer answer is there.
 */
import type { Context } from "../../engine/context.js";
import type { Micros } from "../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../engine/event-queue.js";
import { type Key, uniform } from "../../engine/random.js";
import type { Address } from "../../model/address.js";
import { KeptAddresses, UNTIL_REPLACED } from "../../model/kept-addresses.js";
import type { Attempt } from "../attempt.js";
import type { ClientPod } from "../client-pod.js";
import { type ConnectionKeeper, OpenConnection } from "../connection.js";
import type { Server } from "../server.js";
import type { ConnectionPolicy, Connections, ConnectionsOptions } from "./policy.js";

/** Servers spread the ends of connections over this share of the age on either side (grpc-go keepalive MaxConnectionAge). */
const AGE_JITTER = 0.1;

/** What one client knows and holds of the target. */
class Held implements ConnectionKeeper<OpenConnection> {
  readonly connections = new Map<Address, OpenConnection>();
  readonly kept = new KeptAddresses();
  addresses: readonly Address[] = [];
  /** Addresses that did not accept. */
  readonly refused = new Set<Address>();
  answeredAt: Micros = Number.NEGATIVE_INFINITY;
  /** A connection was lost then: an answer from before is asked for again. */
  outdatedSince: Micros = Number.NEGATIVE_INFINITY;
  turns = 0;
  private readonly ageTimers = new Map<OpenConnection, Timer>();

  constructor(
    readonly context: Context,
    private readonly onLoss: () => void,
  ) {}

  get outdated(): boolean {
    return this.addresses.length === 0 || this.outdatedSince > this.answeredAt;
  }

  /** Holds a new connection, until it is `age` old; null: for any time. */
  add(connection: OpenConnection, age: Micros | null): void {
    this.connections.set(connection.address, connection);
    connection.keep();
    this.kept.keep(
      keyOf(connection),
      [connection.endpoint],
      this.context.now,
      age === null ? Number.POSITIVE_INFINITY : UNTIL_REPLACED,
    );
    if (age === null) return;
    const aged: Aged = { held: this, connection };
    this.ageTimers.set(connection, this.context.after(age, Phase.traffic, reachAge, aged));
  }

  ended(connection: OpenConnection, at: Micros): void {
    if (this.connections.get(connection.address) !== connection) return;
    this.remove(connection);
    this.outdatedSince = at;
    this.onLoss();
  }

  remove(connection: OpenConnection): void {
    this.context.cancel(this.ageTimers.get(connection) ?? NO_TIMER);
    this.ageTimers.delete(connection);
    connection.release();
    this.kept.end(keyOf(connection), this.context.now);
    this.connections.delete(connection.address);
  }

  removeAll(): void {
    for (const connection of [...this.connections.values()]) this.remove(connection);
  }
}

interface Aged {
  readonly held: Held;
  readonly connection: OpenConnection;
}

function reachAge({ held, connection }: Aged): void {
  held.ended(connection, held.context.now);
}

function keyOf({ address }: OpenConnection): string {
  return String(address);
}

class HeldConnections implements Connections {
  readonly kept = new Map<string, KeptAddresses>();
  private readonly held = new Map<ClientPod, Held>();
  private readonly ageKey: Key;
  private readonly inTurn: boolean;
  private opens = 0;

  constructor(private readonly options: ConnectionsOptions) {
    this.ageKey = options.context.key("connection age");
    this.inTurn = options.byName && options.settings.balance === "round-robin";
  }

  next(client: ClientPod): OpenConnection | Address | null {
    const held = this.of(client);
    if (!this.inTurn) {
      const [connection] = held.connections.values();
      return connection ?? null;
    }
    return held.outdated ? null : this.turn(held);
  }

  learned(client: ClientPod, addresses: readonly Address[], answeredAt: Micros): OpenConnection | Address {
    const held = this.of(client);
    held.addresses = addresses;
    if (!(answeredAt <= held.answeredAt)) held.refused.clear();
    held.answeredAt = answeredAt;
    for (const connection of [...held.connections.values()]) {
      if (!addresses.includes(connection.address)) held.remove(connection);
    }
    return this.turn(held);
  }

  unlearned(): void {}

  opened(client: ClientPod, attempt: Attempt, server: Server): OpenConnection | null {
    const held = this.of(client);
    if (server.kept === null || held.connections.has(attempt.address)) return null;
    const connection = new OpenConnection(attempt, server, attempt.pathTaken(), held);
    const { maxAge } = this.options.settings;
    const spread = maxAge === null ? 1 : 1 + AGE_JITTER * (2 * uniform(this.ageKey, this.opens++) - 1);
    held.add(connection, maxAge === null ? null : Math.round(maxAge * spread));
    return connection;
  }

  /** Those that an earlier attempt could not connect to are left out as well. */
  further(client: ClientPod, { address }: Attempt): Address | null {
    const held = this.of(client);
    held.refused.add(address);
    held.outdatedSince = this.options.context.now;
    return held.addresses.find((each) => !held.refused.has(each)) ?? null;
  }

  ended(client: ClientPod, { connection, reused, end }: Attempt): void {
    if (reused && end === "timeout" && connection !== null) this.of(client).ended(connection, this.options.context.now);
  }

  /** The others that go over the connection do not notice. */
  abandoned(): void {}

  forget(client: ClientPod): void {
    this.held.get(client)?.removeAll();
    this.held.delete(client);
  }

  private turn(held: Held): OpenConnection | Address {
    if (held.addresses.every((address) => held.refused.has(address))) held.refused.clear();
    const usable = held.addresses.filter((address) => !held.refused.has(address));
    const turn = this.inTurn ? held.turns++ : 0;
    const address = usable[turn % usable.length] as Address;
    return held.connections.get(address) ?? address;
  }

  private of(client: ClientPod): Held {
    let held = this.held.get(client);
    if (held === undefined) {
      held = new Held(this.options.context, () => this.options.onLoss(client));
      this.held.set(client, held);
      this.kept.set(client.pod, held.kept);
    }
    return held;
  }
}

export const hold: ConnectionPolicy = {
  name: "hold",
  summary: "one that stays open and carries any number of requests",
  create: (options) => new HeldConnections(options),
};
