/**
 * A pool in the tests: each connection carries one request at a time and is kept behind it; the newest idle one is used. At
 * its maximum, requests wait.
 */
import type { Address } from "../../../src/model/address.js";
import type { Attempt } from "../../../src/traffic/attempt.js";
import type { ClientPod } from "../../../src/traffic/client-pod.js";
import { OpenConnection } from "../../../src/traffic/connection.js";
import {
  type ConnectionPolicy,
  type Connections,
  type ConnectionsOptions,
  NONE_KEPT,
} from "../../../src/traffic/connections/policy.js";
import type { AnswerReason, Server } from "../../../src/traffic/server.js";

/** The cause is one that no such server has, to be told from its own. */
export const ALL_IN_USE: AnswerReason = { cause: "node-down", causeFact: 77, wrongPod: false, decisive: null };

/** The connections of one caller with one client. */
export class Pool implements ConnectionPolicy, Connections {
  readonly name = "pool";
  readonly summary = "a pool";
  readonly kept = NONE_KEPT;
  readonly open = new Set<OpenConnection>();
  idle: OpenConnection[] = [];
  /** Connections made so far. */
  made = 0;
  /** In use, or being made. */
  busy = 0;
  private now = (): number => 0;

  constructor(private readonly maximum = Number.POSITIVE_INFINITY) {}

  create({ context }: ConnectionsOptions): this {
    this.now = () => context.now;
    return this;
  }

  next(): OpenConnection | AnswerReason | null {
    for (let last = this.idle.pop(); last !== undefined; last = this.idle.pop()) {
      if (last.closed === null || last.closed.heardAt > this.now()) {
        this.busy++;
        return last;
      }
      this.close(last);
    }
    if (this.busy >= this.maximum) return ALL_IN_USE;
    this.busy++;
    return null;
  }

  unlearned(): void {
    this.busy--;
  }

  learned(_: ClientPod, addresses: readonly Address[]): Address {
    return addresses[0] as Address;
  }

  opened(_: ClientPod, attempt: Attempt, server: Server): OpenConnection | null {
    if (server.kept === null) return null;
    const connection = new OpenConnection(
      attempt,
      server,
      attempt.pathTaken(),
      {
        // it is not known to be closed before the client hears of it
        ended: () => {},
      },
      true,
    );
    this.made++;
    this.open.add(connection);
    connection.keep();
    return connection;
  }

  further(): null {
    return null;
  }

  ended(_: ClientPod, { connection, end }: Attempt): void {
    this.busy--;
    if (connection === null) return;
    if (end !== "status") this.close(connection);
    else this.idle.push(connection);
  }

  abandoned(_: ClientPod, { connection }: Attempt): void {
    this.busy--;
    if (connection !== null) this.close(connection);
  }

  forget(): void {
    for (const connection of [...this.open]) this.close(connection);
  }

  private close(connection: OpenConnection): void {
    if (!this.open.delete(connection)) return;
    this.idle = this.idle.filter((each) => each !== connection);
    connection.release();
  }
}
