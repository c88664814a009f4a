/**
 * Flows and the places that they go through.
 *
 * A place is where packets start, are sent on, and end: a node is one, everything outside the cluster is one; a load
 * balancer's node, a proxy's pod or a client's process may be others. The set is open: the network asks a place and never
 * what it is. A translator is whoever at a place decides where a flow goes from there: kube-proxy's rules on a node are
 * one; a load balancer's table, or the address translation in a client's own sockets, is one just as well. A connection
 * that stays open is known to its server and to the places on its way that ask for it, and each of them may end it.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { BeliefSourceName } from "./belief.js";
import type { Protocol } from "./objects.js";
import type { Cause } from "./outcome.js";

/** One new connection (or one datagram) on its way. Mutable and reused: the request path allocates nothing. */
export interface Flow {
  /** Where the sender is: the client's place, or that of whoever has made itself the sender (SNAT). */
  source: Place;
  sourceAddress: Address;
  destination: Address;
  port: number;
  protocol: Protocol;
  /** The uniform draw that belongs to this flow, and on its way to each leg of it: translators that choose use it. */
  choice: number;
  /**
   * Which datagram or SYN this is among those that its sender sends at the same instant: rules that lose packets draw by
   * it. Default 0.
   */
  packet?: number;
}

export interface Place {
  /** For people and for draws; no two places of a cluster share one. */
  readonly name: string;
  /** Zone of the cluster; null for a place that is in none of them. */
  readonly zone: string | null;
  /** Who rewrites the destination of flows that stand here; null when nobody does. */
  readonly translator: Translator | null;
  /** Hears of every connection that goes through here while it is open; null when the place ends none. */
  readonly connections: KeptConnections | null;
  /** Why the place is without power; null while it runs. Packets that come to such a place are lost. */
  readonly downFact: FactId | null;
  /** One-way delay to another place, or within this one. Asked for every packet: it allocates nothing. */
  latencyTo(place: Place): Micros;
  /**
   * Whether packets to this address and port that stand here go no further than here. When a process of the place itself
   * listens there (`Network.attachLocal`), they reach it before the translator is asked.
   */
  owns(address: Address, port: number, protocol: Protocol): boolean;
}

/** Basis of a verdict: what was acted on, and how stale it was. Immutable; shared by all requests that used it. */
export interface Basis {
  /** How whoever acted on it had come by it. */
  readonly source: BeliefSourceName;
  /** Name of the place whose knowledge it is: the sender's, or one further on. */
  readonly holder: string;
  /** The write (or DNS data) that the rules in force were made from. NO_FACT when nothing was written. */
  readonly fact: FactId;
  /** When these rules were programmed there; NaN when no rules were involved. */
  readonly syncedAt: Micros;
  /** When the write was committed to the log. */
  readonly committedAt: Micros;
}

/** What a place does with a new flow. */
export const HopAction = {
  /** Its translator knows nothing of the destination: the packet goes on as it came. */
  pass: 0,
  /** The packet goes on to another endpoint, perhaps from another source. */
  translate: 1,
  /** RST or ICMP port unreachable. */
  refuse: 2,
  /** Nothing comes back, by decision. */
  drop: 3,
  /** Nothing comes back, because no rule and no route knows the destination. */
  unknown: 4,
} as const;
export type HopAction = (typeof HopAction)[keyof typeof HopAction];

/** One place on the way of a flow, and what became of the flow there. Mutable and reused, like the verdict it belongs to. */
export interface Hop {
  place: Place;
  action: HopAction;
  /** Where the packet goes from here. */
  endpoint: Address;
  endpointPort: number;
  /** From whom it goes on: SNAT makes the place itself the sender. */
  source: Place;
  sourceAddress: Address;
  /** "namespace/name" of the pod that the translator holds to be at the endpoint; empty when it does not know. */
  believedPod: string;
  /** What the translator acted on; null when it knew nothing of the destination. */
  basis: Basis | null;
  /** Which rule decided (network/rule.ts); empty for `pass`. */
  rule: string;
  /** Delay of the leg that begins here. */
  oneWay: Micros;
}

/**
 * What a place remembers of a flow that has gone through it: an entry of connection tracking, or one place on the path of a
 * live connection. `checkedAt` and `checkedUntil` belong to the place's translator.
 */
export interface TrackedHop extends Readonly<Hop> {
  readonly protocol: Protocol;
  /** Where the packet was sent when it came here. */
  readonly destination: Address;
  readonly port: number;
  readonly createdAt: Micros;
  /** What the translator has done to the entry is known up to then. */
  checkedAt: Micros;
  /** It can do nothing to the entry before. */
  checkedUntil: Micros;
}

/**
 * What becomes of the next packet of a flow that was translated: it goes where the others went, is answered by a reset, is
 * lost, or is routed as if it began a flow (the entry is gone; a TCP endpoint that never saw its SYN resets it).
 */
export type Established = "keep" | "rst" | "drop" | "moved";

/**
 * A question changes nothing: `route` may be asked any number of times. What a translator remembers of a flow (the turn of
 * a round robin, a client's affinity, an entry of connection tracking) changes in `committed` only.
 */
export interface Translator {
  /**
   * Where a new flow goes from here. Fills `hop`, which says `pass` and repeats the flow until then. Pure in (flow, leg,
   * now) and what was committed. `flow` is the packet as it stands here; its `choice` is a draw of (flow, leg).
   */
  route(flow: Flow, leg: number, now: Micros, hop: Hop): void;
  /** The flow goes the way that `route` gave it: the only place where a translator's own state changes. */
  committed(flow: Flow, hop: Hop, now: Micros): void;
  /** What becomes of a packet of a flow that went through here before. Times do not go back. */
  established(entry: TrackedHop, now: Micros): Established;
  /** The last answer about this entry holds before this time, whatever is written meanwhile; so an idle flow costs no event. */
  validUntil(entry: TrackedHop): Micros;
}

/** How a connection ends: it is closed in order, it is reset, or nothing comes back any more and nobody says so. */
export type ConnectionEnd = "fin" | "rst" | "silence";

/** A connection as those see it that it goes through: its server, and the places on its path. */
export interface Connection {
  /** The places that it goes through, the client's own first. Behind the last one is its server. */
  readonly path: readonly TrackedHop[];
  /**
   * The place at `hop` of the path, or the server at `path.length`, ends it now, because of `fact`; `cause` is what is said
   * of the attempts that are lost with it. They hear of a close or a reset after the delay from there to the client, and of
   * silence by their own timeouts only. An answer that has passed the hop still arrives. A server ends the attempts on its
   * connections itself: it may let some of them end well.
   *
   * Whoever keeps the connection sends nothing more over it from now on, and the server is released from what it was doing
   * for it: that both would learn of it a fraction of a millisecond later is left out.
   *
   * After a silence the places before that hop can still end it; what those behind it say reaches nobody. An idle
   * connection costs no event until it ends.
   */
  endedBy(hop: number, how: ConnectionEnd, at: Micros, cause: Cause, fact: FactId): void;
}

/** The open connections to a server, or through a place, which ends them when it must. */
export interface KeptConnections {
  /** It does not hear of those that begin at its place. Default: of these too. */
  readonly passingOnly?: boolean;
  /** When its SYN has found its way; more than once when the way leads through a place twice. */
  add(connection: Connection): void;
  /**
   * It is open no longer: the client has closed it, or somebody has ended it, perhaps its keeper just now. Nothing happens
   * when it is not there.
   */
  remove(connection: Connection): void;
}

/** Who hears at this place of a connection that comes there with this leg of its way (0: it begins there). */
export function keptAt({ connections }: Place, leg: number): KeptConnections | null {
  return leg === 0 && connections?.passingOnly === true ? null : connections;
}
