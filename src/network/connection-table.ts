/** The open connections that go through a place, for one that may have to end them. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Connection, ConnectionEnd, KeptConnections, Place, TrackedHop } from "../model/flow.js";
import type { Cause } from "../model/outcome.js";

export class ConnectionTable implements KeptConnections {
  private readonly open = new Set<Connection>();

  /** With `passingOnly` it knows nothing of those that begin at the place. */
  constructor(
    private readonly place: Place,
    readonly passingOnly = false,
  ) {}

  get size(): number {
    return this.open.size;
  }

  add(connection: Connection): void {
    this.open.add(connection);
  }

  remove(connection: Connection): void {
    this.open.delete(connection);
  }

  /** Ends all of them, or those of which `ends` says so: it is asked about the place on their path. */
  end(how: ConnectionEnd, at: Micros, cause: Cause, fact: FactId, ends: (entry: TrackedHop) => boolean = () => true) {
    // what ends is removed meanwhile
    for (const connection of [...this.open]) {
      const hop = connection.path.findIndex(({ place }) => place === this.place);
      if (ends(connection.path[hop] as TrackedHop)) connection.endedBy(hop, how, at, cause, fact);
    }
  }
}
