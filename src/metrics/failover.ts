/**
 * Failover stages: how long after a churn event its last consequence of each stage came, for each target: noticed,
 * written to the pods, written to the slices, programmed on the observing nodes, known to DNS.
 */
import type { Micros } from "../engine/duration.js";
import { type Observer, observerKind } from "../model/observation.js";
import type { FailoverRow, RuleLagRow, TerminationRow } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { RootedFact } from "./consequences.js";
import type { EventFailures } from "./event-failures.js";

export interface FailoverInput {
  readonly event: FiredChurn;
  /** Name of the traffic entry, and its target. */
  readonly traffic: string;
  readonly target: string;
  /** "namespace/name" of the target's Service; empty without. */
  readonly service: string;
  /** The facts whose root is the event, without those about pods and slices of other targets. */
  readonly facts: readonly RootedFact[];
  /** Changes of the target's endpoints whose root is the event. */
  readonly ruleLags: readonly RuleLagRow[];
  /** Terminations that the event is the root of, of pods of the target's Service. */
  readonly terminations: readonly TerminationRow[];
  /** Null when no request failed because of it. */
  readonly failures: EventFailures | null;
  /** Requests of this entry from the event to the end of the run. */
  readonly requests: number;
  /** Requests of this entry that arrived in [from, to]; the run's end is Infinity. */
  readonly arrivals: (from: Micros, to: Micros) => number;
  /** The event was a rollout that had not finished when the run ended. */
  readonly unfinished: boolean;
  /** Endpoints that were desired and ready when the run ended. */
  readonly desiredAtEnd: number;
  readonly readyAtEnd: number;
}

/**
 * How an event is noticed, the most telling first: a dead node by its silence, a sick pod by its probe, others by the
 * deletions that were asked for, a crashed container by its pod's NotReady. Later groups count only when the earlier ones
 * are empty, so that an eviction five minutes after a crash does not pass for its detection.
 */
const DETECTED: readonly ReadonlySet<string>[] = [
  new Set(["node-unknown"]),
  new Set(["probe-failed"]),
  new Set(["deletion-requested"]),
  new Set(["pod-not-ready"]),
];

const POD_WRITES: ReadonlySet<string> = new Set([
  "object-created",
  "object-updated",
  "object-deleted",
  "deletion-requested",
  "pod-ready",
  "pod-not-ready",
  "pod-scheduled",
]);

export function failoverRow(input: FailoverInput): FailoverRow {
  const { event, failures } = input;
  const since = (time: Micros): Micros => (time === Number.NEGATIVE_INFINITY ? Number.NaN : time - event.t);
  const lastFact = (select: (fact: RootedFact) => boolean): Micros => since(lastOf(input.facts, select));
  const nodes = lastByObserver(input.ruleLags, "rules");
  const servers = lastByObserver(input.ruleLags, "dns");
  const rank = (q: number): Micros =>
    since(nodes[Math.max(0, Math.ceil(q * nodes.length) - 1)] ?? Number.NEGATIVE_INFINITY);
  const slacks = input.terminations.map((row) => row.slack).filter((slack) => !Number.isNaN(slack));
  const recovered = input.readyAtEnd >= input.desiredAtEnd;
  const stages = {
    api: lastFact((fact) => POD_WRITES.has(fact.kind) && fact.object.startsWith("Pod/")),
    slice: lastFact((fact) => fact.kind === "endpoints-changed"),
    rulesLast: rank(1),
    dnsLast: since(servers[servers.length - 1] ?? Number.NEGATIVE_INFINITY),
    lastFailure: failures === null ? Number.NaN : failures.last - event.t,
  };
  const firstFailure = failures === null ? Number.NaN : failures.first - event.t;
  const lasted = recovered && !input.unfinished ? longest(Object.values(stages)) : Number.NaN;
  return {
    event: event.name,
    t: event.t,
    action: event.action,
    object: event.object,
    traffic: input.traffic,
    target: input.target,
    detected: detectedAfter(input),
    ...stages,
    rulesP50: rank(0.5),
    rulesP99: rank(0.99),
    firstFailure,
    unavailable: failures?.unavailable ?? 0,
    failedRequests: failures?.count ?? 0,
    failedRatio: input.requests === 0 ? Number.NaN : (failures?.count ?? 0) / input.requests,
    lasted,
    requestsMeanwhile: input.arrivals(
      event.t + Math.min(0, firstFailure || 0),
      Number.isNaN(lasted) ? Number.POSITIVE_INFINITY : event.t + lasted,
    ),
    minSlack: slacks.length === 0 ? Number.NaN : slacks.reduce((least, slack) => Math.min(least, slack)),
    recovered,
  };
}

/** The longest of several delays; 0 when none applies. */
function longest(delays: readonly Micros[]): Micros {
  return delays.reduce((most, delay) => (Number.isFinite(delay) ? Math.max(most, delay) : most), 0);
}

function lastOf(facts: readonly RootedFact[], select: (fact: RootedFact) => boolean): Micros {
  return facts.reduce((last, fact) => (select(fact) ? Math.max(last, fact.t) : last), Number.NEGATIVE_INFINITY);
}

function detectedAfter({ event, facts }: FailoverInput): Micros {
  for (const kinds of DETECTED) {
    const last = lastOf(facts, ({ kind }) => kinds.has(kind));
    if (last !== Number.NEGATIVE_INFINITY) return last - event.t;
  }
  return Number.NaN;
}

/** When each observer of a stage had its last change, ascending; changes that it never had are left out. */
function lastByObserver(ruleLags: readonly RuleLagRow[], stage: "rules" | "dns"): Micros[] {
  const last = new Map<Observer, Micros>();
  for (const lag of ruleLags) {
    if (observerKind(lag.observer).stage !== stage || lag.appliedAt === Number.POSITIVE_INFINITY) continue;
    last.set(lag.observer, Math.max(last.get(lag.observer) ?? 0, lag.appliedAt));
  }
  return [...last.values()].sort((x, y) => x - y);
}
