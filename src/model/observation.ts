/**
 * Observers: whoever holds a belief about the endpoints of Services and acts on it. Each observes itself: it tells what it
 * has believed, and reports compare that with what was so. A history is a list of differences, because an observer of a
 * large Service learns of few endpoints at a time and there may be thousands of observers.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";

/**
 * The kinds of observers. Reports take from here what they say about one; order is the order in reports. `margin`: how long
 * before a server's end the observer had stopped sending to it says how safe that was. Of a connection it does not: the
 * server closes it itself.
 */
export const OBSERVER_KINDS = [
  /** The API server itself: what the others are compared with. It has no name. */
  { kind: "api", noun: "the API", stage: null, margin: false },
  /** The data plane of a node. */
  { kind: "node", noun: "", stage: "rules", margin: true },
  /** A CoreDNS replica, by "namespace/name" of its pod. */
  { kind: "coredns", noun: "CoreDNS pod", stage: "dns", margin: true },
  /** The cache of a CoreDNS replica, by its pod, or of a node's DNS cache, by the node. */
  { kind: "dns-cache", noun: "the DNS cache of", stage: null, margin: true },
  /** What a client program or its library keeps of DNS answers, by "namespace/name" of its pod. */
  { kind: "client-cache", noun: "the DNS cache of client", stage: null, margin: true },
  /** The connections that a client holds, by "namespace/name" of its pod. */
  { kind: "connection", noun: "a connection held by client", stage: null, margin: false },
] as const;

export type ObserverKind = (typeof OBSERVER_KINDS)[number]["kind"];

/** Within a run there is one object for each observer: it may be a key. */
export interface Observer {
  readonly kind: ObserverKind;
  /** Unique among those of its kind. */
  readonly name: string;
}

export const API_OBSERVER: Observer = { kind: "api", name: "" };

/** As result files write it: "api", "node/node-1", "coredns/kube-system/coredns-1". */
export function formatObserver({ kind, name }: Observer): string {
  return name === "" ? kind : `${kind}/${name}`;
}

/** Null for a text that names no observer. */
export function parseObserver(text: string): Observer | null {
  const slash = text.indexOf("/");
  const kind = slash < 0 ? text : text.slice(0, slash);
  const known = OBSERVER_KINDS.find((each) => each.kind === kind);
  return known === undefined ? null : { kind: known.kind, name: slash < 0 ? "" : text.slice(slash + 1) };
}

export function observerKind({ kind }: Observer): (typeof OBSERVER_KINDS)[number] {
  return OBSERVER_KINDS.find((each) => each.kind === kind) as (typeof OBSERVER_KINDS)[number];
}

export interface ObservedEndpoint {
  /** "address:port"; only the address where the observer knows no ports. */
  readonly text: string;
  /** "namespace/name". */
  readonly pod: string;
  readonly nodeName: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** One endpoint before and after; null where it is not there. Both have the same text and pod unless one is null. */
export interface EndpointDifference {
  readonly before: ObservedEndpoint | null;
  readonly after: ObservedEndpoint | null;
}

/** What became different in a belief. */
export interface BeliefDifference {
  /** What is gone comes first. */
  readonly endpoints: readonly EndpointDifference[];
  /** Pods that get new connections from now on. */
  readonly used: readonly string[];
  /** Pods that no longer do. */
  readonly unused: readonly string[];
}

export interface BeliefChange extends BeliefDifference {
  readonly at: Micros;
}

/** A write to the endpoints, and when the observer had it; for the lag of observers. */
export interface AppliedChange {
  readonly committedAt: Micros;
  /** Infinity while it had not by the end of the run. */
  readonly appliedAt: Micros;
  readonly fact: FactId;
}

/** What one observer has believed of one Service. */
export interface Observation {
  readonly observer: Observer;
  /** "namespace/name". */
  readonly service: string;
  /** Oldest first. The first one is the whole belief at time zero, and the only one that may lie before it. */
  readonly beliefs: readonly BeliefChange[];
  /** In the order of the writes. */
  readonly changes: readonly AppliedChange[];
}

/** Whoever believes something about endpoints. */
export interface EndpointObserver {
  readonly observer: Observer;
  /** What it has believed of a Service ("namespace/name") until now; null when it has never known any of its endpoints. */
  observation(service: string, now: Micros): Observation | null;
}
