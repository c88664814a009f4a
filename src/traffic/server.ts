/**
 * Who serves requests, and what a server sees of them. A pod's web server is one, a host outside the cluster another; one
 * that asks others before it answers, or lets requests wait, is one just as well.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Key } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Basis, Connection, ConnectionEnd, KeptConnections } from "../model/flow.js";
import type { Cause } from "../model/outcome.js";
import type { HostView, Listener } from "../model/verdict.js";

/** The server does not know yet when its answer will leave: it will call `answered`. */
export const PENDING: Micros = Number.POSITIVE_INFINITY;

/** Whom an attempt was sent to, and by which belief. */
export interface Destination {
  readonly endpoint: Address;
  readonly believedPod: string;
  readonly host: HostView | null;
  readonly basis: Basis | null;
}

/** Why an answer is none that the client wanted. An attempt that the server has made on its behalf is such a reason. */
export interface AnswerReason {
  /** Empty: nothing is wrong with the answer; where there is none yet, whoever owes it is slow. */
  readonly cause: Cause | "";
  readonly causeFact: FactId;
  /** Another pod has answered than the one that was meant. */
  readonly wrongPod: boolean;
  /** Where the deepest attempt behind it went; null when the server has asked nobody. Not changed before `release`. */
  readonly decisive: Destination | null;
}

/** An attempt that a server has accepted, until `release`. */
export interface AcceptedAttempt {
  /** Number of the attempt among those of its caller: a server's draws belong to it. */
  readonly id: number;
  readonly serviceKey: Key;
  /** The connection that it came over; null when neither its client nor a place on its way keeps it. */
  readonly connection: Connection | null;
  /** That connection was open already. */
  readonly reused: boolean;
  /** When its SYN reaches the server, or the client began to send over an open connection. */
  readonly acceptAt: Micros;
  /** When the request reaches the server. */
  readonly receivedAt: Micros;
  /** When the answer leaves the server, or has left; PENDING while nobody knows. */
  readonly servedAt: Micros;
  /** HTTP status of the answer. 200 unless the server says another. */
  status: number;
  /** Where the server keeps it: for the server only. */
  slot: number;
  /**
   * The answer to a PENDING attempt leaves at `at`, now or later. `because` says why it is none that the client
   * wanted, or on which attempt of the server's own it rests. Never called from within `accept`, nor twice.
   */
  answered(status: number, at: Micros, because?: AnswerReason | null): void;
  /** The listening socket was closed before the SYN arrived. */
  refused(): void;
  /**
   * Its connection has ended now; nothing changes when the answer has left whoever ended it. `delay` is how far from the
   * client that is; left out: the server has.
   */
  connectionEnded(how: ConnectionEnd, cause: Cause, fact: FactId, delay?: Micros): void;
}

export interface Server extends Listener {
  readonly speaks: "http";
  /** "namespace/name" of the pod that it runs in. */
  readonly pod: string;
  /** The connections that stay open behind a request; null when it closes each behind its answer. */
  readonly kept: KeptConnections | null;
  /** Attempts that it works on, and those that wait for their turn. */
  readonly inFlight: number;
  readonly queued: number;
  /** Takes an attempt, and says when the answer leaves: at `receivedAt` or later, or PENDING. */
  accept(attempt: AcceptedAttempt): Micros;
  /** What a PENDING attempt has waited for when its client's time is up; null, and without it: the server is slow. */
  waitsFor?(attempt: AcceptedAttempt): AnswerReason | null;
  /** The attempt is over for its client, whatever the server is doing. Called once for each that was accepted. */
  release(attempt: AcceptedAttempt): void;
}

/** Whether a listener takes requests. */
export function isServer(listener: Listener | null): listener is Server {
  return listener?.speaks === "http";
}
