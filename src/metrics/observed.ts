/**
 * What one observer has held to be true of one Service's endpoints, over time: rows of `endpoints.csv`, the intervals in
 * which it sent to a pod, and how far it lagged. Observers: "api", "node/<name>", "coredns/<namespace>/<pod>".
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { EndpointRow } from "../model/result.js";
import type { UsedInterval } from "./slack.js";

export interface ObservedEndpoint {
  /** "address:port"; only the address where the observer knows no ports. */
  readonly text: string;
  /** "namespace/name". */
  readonly pod: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** The state from `at` on. */
export interface ObservedState {
  readonly at: Micros;
  readonly endpoints: readonly ObservedEndpoint[];
  /** Pods that get new connections in this state. */
  readonly usable: readonly string[];
}

/** The write behind a state, and when the observer had it; for the lag of observers. */
export interface ObservedChange {
  readonly committedAt: Micros;
  readonly appliedAt: Micros;
  readonly fact: FactId;
}

/** One observer's view of one Service. */
export interface Observation {
  readonly observer: string;
  readonly service: string;
  readonly states: readonly ObservedState[];
  readonly changes: readonly ObservedChange[];
}

/** Differences between successive states, from time zero on; the state at time zero counts as a difference. */
export function endpointRows({ observer, service, states }: Observation): EndpointRow[] {
  const rows: EndpointRow[] = [];
  let known = new Map<string, ObservedEndpoint>();
  states.forEach((state, index) => {
    const next = states[index + 1];
    if (next !== undefined && next.at <= 0) return; // superseded before time zero
    const t = Math.max(0, state.at);
    const now = new Map(state.endpoints.map((endpoint) => [`${endpoint.text} ${endpoint.pod}`, endpoint]));
    for (const [key, { text, pod }] of known) {
      if (now.has(key)) continue;
      rows.push({ t, observer, service, endpoint: text, pod, ready: false, serving: false, terminating: false });
    }
    for (const [key, endpoint] of now) {
      const before = known.get(key);
      if (before !== undefined && sameConditions(before, endpoint)) continue;
      const { text, pod, ready, serving, terminating } = endpoint;
      rows.push({ t, observer, service, endpoint: text, pod, ready, serving, terminating });
    }
    known = now;
  });
  return rows;
}

/** While the observer sent to each pod. */
export function usedIntervals({ observer, states }: Observation): UsedInterval[] {
  const intervals: UsedInterval[] = [];
  const since = new Map<string, Micros>();
  for (const { at, usable } of states) {
    for (const [pod, from] of since) {
      if (usable.includes(pod)) continue;
      intervals.push({ observer, pod, from, until: at });
      since.delete(pod);
    }
    for (const pod of usable) if (!since.has(pod)) since.set(pod, at);
  }
  for (const [pod, from] of since) intervals.push({ observer, pod, from, until: Number.POSITIVE_INFINITY });
  return intervals;
}

function sameConditions(x: ObservedEndpoint, y: ObservedEndpoint): boolean {
  return x.ready === y.ready && x.serving === y.serving && x.terminating === y.terminating;
}
