/** A pool in the tests: each connection carries one request at a time and is kept behind it; the newest idle one is used. */
import type { Address } from "../../../src/model/address.js";
import type { Attempt } from "../../../src/traffic/attempt.js";
import type { ClientPod } from "../../../src/traffic/client-pod.js";
import { OpenConnection } from "../../../src/traffic/connection.js";
import type { ConnectionPolicy, Connections, ConnectionsOptions } from "../../../src/traffic/connections/policy.js";
import type { Server } from "../../../src/traffic/server.js";

/** The connections of one caller with one client. */
export class Pool implements ConnectionPolicy, Connections {
  readonly name = "pool";
  readonly summary = "a pool";
  readonly open = new Set<OpenConnection>();
  idle: OpenConnection[] = [];
  /** Connections made so far. */
  made = 0;
  private now = (): number => 0;

  create({ context }: ConnectionsOptions): this {
    this.now = () => context.now;
    return this;
  }

  next(): OpenConnection | null {
    for (let last = this.idle.pop(); last !== undefined; last = this.idle.pop()) {
      if (last.closed === null || last.closed.heardAt > this.now()) return last;
      this.close(last);
    }
    return null;
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
    if (connection === null) return;
    if (end !== "status") this.close(connection);
    else this.idle.push(connection);
  }

  abandoned(_: ClientPod, { connection }: Attempt): void {
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
