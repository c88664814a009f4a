/** A live connection, as the places on its path see it: each of them may end it. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { TrackedHop } from "./flow.js";

/**
 * How a connection ends: it is closed in order, it is reset, or one of its ends is gone and nobody says so. The client
 * hears of the first two after the delay of the path, of the last one only by its own timeouts.
 */
export type ConnectionEnd = "fin" | "rst" | "silence";

export interface Connection {
  /** The places that it goes through, the client's own first. Behind the last one is its server. */
  readonly path: readonly TrackedHop[];
  /**
   * The connection is over for whoever stands behind `hop`, a place of the path or, at `path.length`, the server. An idle
   * connection costs no event until then.
   */
  endedBy(hop: number, how: ConnectionEnd, at: Micros, fact: FactId): void;
}
