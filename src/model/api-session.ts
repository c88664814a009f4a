/**
 * A process's session with the API server: whether what it asks is answered, and when what is sent to it arrives. A reader
 * with an event per delivery and one that computes its deliveries when asked consult the same session, and so does the
 * client of the process.
 *
 * A session never delivers early or out of order: what is due first arrives first. What it says of a time that has passed,
 * the present one included, never changes. It knows no future: a cut begins after the instant in which it is decided, and
 * only delays what lies ahead. So nobody keeps an arrival that lies ahead: keep when something is due, and ask again.
 */
import type { Micros } from "../engine/duration.js";
import type { Kind } from "./objects.js";

/** `cut`: what is due waits, and calls may fail, until the session is up again. `closed`: it never will be. */
export type SessionState = "up" | "cut" | "closed";

/** A call as the API server sees it. */
export interface ApiCall {
  readonly verb: "create" | "update" | "patch" | "delete" | "get";
  readonly kind: Kind;
  /** "namespace/name", or the name. */
  readonly key: string;
}

export interface ApiSession {
  /** As far as is known by now. */
  state(time: Micros): SessionState;
  /**
   * When something arrives that is due at `due`, as it would arrive on a session that is up; Infinity for never. Monotone.
   * An arrival that lies ahead may still become later, never earlier.
   */
  arrivalOf(due: Micros): Micros;
  /** The inverse: what was due at the returned time or before has arrived by `time`, and nothing that is due later. */
  arrivedBy(time: Micros): Micros;
  /** Whether a call that comes to the API server at `time` fails: nothing is read or written, and the caller hears so. */
  fails(call: ApiCall, time: Micros): boolean;
}
