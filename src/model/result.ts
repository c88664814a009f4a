/**
 * What a run records: plain rows, from which metrics, plots, reports and `explain` are made. Times are microseconds of
 * simulated time; NaN means "does not apply" and becomes an empty field. Facts are ids within the run; −1 means none.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { LookupStatus, Rcode } from "./dns.js";
import type { Observer } from "./observation.js";
import type { Cause, Outcome } from "./outcome.js";
import type { SigtermBehaviour } from "./settings.js";

/** Rows in their order. They may be made while they are read: a million of them need not be objects at once. */
export interface Rows<Row> extends Iterable<Row> {
  readonly length: number;
  slice(from?: number, to?: number): readonly Row[];
}

/** One time bin of one traffic entry. */
export interface TimelineRow {
  readonly t: Micros;
  readonly bin: Micros;
  readonly traffic: string;
  readonly target: string;
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly latencyP50: Micros;
  readonly latencyP90: Micros;
  readonly latencyP99: Micros;
  readonly latencyMax: Micros;
  readonly retries: number;
  /** At the end of the bin. */
  readonly inFlight: number;
  readonly endpointsDesired: number;
  readonly endpointsReady: number;
  readonly endpointsTerminating: number;
  /** Observing nodes whose rules for the target differ from the API at the end of the bin. */
  readonly staleNodes: number;
  /** Age of the oldest change that some observing node has not programmed at the end of the bin. */
  readonly maxRuleLag: Micros;
  readonly dnsQuestions: number;
  readonly dnsFailures: number;
}

export interface FailureRow {
  readonly t: Micros;
  readonly traffic: string;
  readonly target: string;
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly count: number;
}

/** One sampled attempt. */
export interface RequestRow {
  readonly id: number;
  readonly attempt: number;
  readonly t: Micros;
  readonly traffic: string;
  readonly clientPod: string;
  readonly clientNode: string;
  readonly clientZone: string;
  readonly target: string;
  readonly resolvedAddress: number;
  readonly endpointAddress: number;
  readonly endpointPod: string;
  readonly endpointNode: string;
  readonly endpointZone: string;
  readonly outcome: Outcome;
  /** Empty for `ok`. */
  readonly cause: Cause | "";
  readonly latency: Micros;
  readonly dns: Micros;
  readonly connect: Micros;
  readonly server: Micros;
  readonly rulesSyncedAt: Micros;
  readonly supersededAt: Micros;
  readonly dnsAnsweredAt: Micros;
  readonly causeFact: FactId;
  readonly basisFact: FactId;
}

/** One lookup of a name for a request. */
export interface DnsRow {
  /** Number of the lookup within the run, in the order in which requests ended. */
  readonly lookup: number;
  /** The request that needed it; with `traffic` it names a row of requests. */
  readonly request: number;
  /** When the request arrived. */
  readonly t: Micros;
  readonly traffic: string;
  readonly clientPod: string;
  /** As the client asked for it. */
  readonly name: string;
  readonly resolver: string;
  /** Sent for it, retransmissions included; 0 when the client had the answer already. */
  readonly questions: number;
  readonly failedQuestions: number;
  readonly status: LookupStatus;
  /** Of the deciding answer; empty without one. */
  readonly rcode: Rcode | "";
  /** "client-cache", or the plugin of the DNS server that gave the deciding answer; empty without one. */
  readonly answeredBy: string;
  /** Age of the deciding answer when the client used it: in the server's cache and in the client's. */
  readonly answerAge: Micros;
  readonly duration: Micros;
  /** Pod of the DNS server that the client had the deciding answer from. */
  readonly server: string;
}

export interface EventRow {
  readonly fact: FactId;
  readonly t: Micros;
  readonly component: string;
  readonly kind: string;
  readonly object: string;
  readonly detail: string;
  readonly cause: FactId;
}

/** A change of what one observer believes of one endpoint. */
export interface EndpointRow {
  readonly t: Micros;
  readonly observer: Observer;
  readonly service: string;
  readonly endpoint: string;
  readonly pod: string;
  /** All three false when the endpoint is gone for this observer. */
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** How one observer took the end of one pod. */
export interface TerminationRow {
  readonly pod: string;
  readonly node: string;
  readonly observer: Observer;
  readonly deletedAt: Micros;
  readonly stopsAcceptingAt: Micros;
  readonly rulesAppliedAt: Micros;
  /** stopsAcceptingAt − rulesAppliedAt: negative means exposed. */
  readonly slack: Micros;
  readonly failedRequests: number;
}

export interface PodRow {
  readonly t: Micros;
  readonly pod: string;
  readonly node: string;
  readonly zone: string;
  readonly image: string;
  readonly ready: boolean;
  readonly requests: number;
  readonly connections: number;
  readonly inFlight: number;
}

/** One churn event as one traffic entry felt it. Stages are delays from the event to its last consequence of that stage. */
export interface FailoverRow {
  readonly event: string;
  readonly t: Micros;
  readonly action: string;
  readonly object: string;
  /** Name of the entry, and its target. */
  readonly traffic: string;
  readonly target: string;
  readonly detected: Micros;
  readonly api: Micros;
  readonly slice: Micros;
  readonly rulesP50: Micros;
  readonly rulesP99: Micros;
  readonly rulesLast: Micros;
  readonly dnsLast: Micros;
  readonly firstFailure: Micros;
  readonly lastFailure: Micros;
  /** Sum of the time bins of 100 ms in which at least one failure of the event fell. */
  readonly unavailable: Micros;
  readonly failedRequests: number;
  readonly failedRatio: number;
  /** From the event to its last consequence or failure; NaN if it was not over when the run ended. */
  readonly lasted: Micros;
  /** Requests of the entry while it lasted, with those before it that failed because of it. */
  readonly requestsMeanwhile: number;
  readonly minSlack: Micros;
  readonly recovered: boolean;
}

/** Totals of the run (or of the part behind the warm-up). */
export interface Totals {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  /** In the order of OUTCOMES, without zeros. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly count: number }[];
  /** In the order of CAUSES, without zeros. */
  readonly causes: readonly { readonly cause: Cause; readonly count: number }[];
  readonly latencyP50: Micros;
  readonly latencyP90: Micros;
  readonly latencyP99: Micros;
  readonly latencyMax: Micros;
  readonly dnsQuestions: number;
  readonly dnsFailures: number;
}

/** Totals of one traffic entry. */
export interface EntryTotals {
  readonly traffic: string;
  readonly target: string;
  readonly totals: Totals;
}

export interface RolloutStory {
  readonly event: string;
  /** From the churn event to the last Ready of a new pod and the disappearance of the last old one; NaN if unfinished. */
  readonly duration: Micros;
  /** Most pods (terminating ones included) that existed at once. */
  readonly peakPods: number;
}

/** What one observer has known of one target's endpoints over time; rows of the staleness plot and its heatmap. */
export interface RuleLagRow {
  readonly observer: Observer;
  readonly service: string;
  /** Commit of a change, and when this observer had programmed it. */
  readonly committedAt: Micros;
  /** Infinity while it had not by the end of the run. */
  readonly appliedAt: Micros;
  /** The write. */
  readonly fact: FactId;
}

export interface RunRecord {
  readonly scenario: string;
  readonly description: string;
  readonly seed: string;
  readonly run: number;
  readonly kubernetesVersion: string;
  readonly warmup: Micros;
  /** When arrivals stopped, and when the last request had its outcome. */
  readonly duration: Micros;
  readonly endedAt: Micros;
  readonly totals: Totals;
  /** The same of each traffic entry, in their order. */
  readonly entries: readonly EntryTotals[];
  readonly timeline: readonly TimelineRow[];
  readonly failures: readonly FailureRow[];
  readonly requests: Rows<RequestRow>;
  readonly lookups: Rows<DnsRow>;
  readonly events: readonly EventRow[];
  readonly endpoints: readonly EndpointRow[];
  readonly terminations: readonly TerminationRow[];
  readonly pods: readonly PodRow[];
  readonly failover: readonly FailoverRow[];
  readonly rollouts: readonly RolloutStory[];
  readonly ruleLags: readonly RuleLagRow[];
  /**
   * Smallest slack over all terminations and the preStop sleep that it asks for; NaN without terminations. The sleep is
   * Infinity where none would do.
   */
  readonly minSlack: Micros;
  readonly requiredPreStop: Micros;
  /** Who would never have stopped sending to a pod that was terminated gracefully. */
  readonly endless: readonly Observer[];
  /** Whose connections to such a pod were held until it closed them, and lost requests by that. */
  readonly heldToTheEnd: readonly Observer[];
  /** 16 hexadecimal digits over all facts and request outcomes, in order. */
  readonly fingerprint: string;
  readonly dispatchedEvents: number;
  readonly warnings: readonly string[];
}

/** What a verdict tells of: a run without the rows that grow with its requests and with the size of its cluster. */
export type RunStory = Omit<
  RunRecord,
  "timeline" | "failures" | "requests" | "lookups" | "events" | "endpoints" | "pods" | "ruleLags"
>;

/** The same scenario under another SIGTERM behaviour or slower watches: totals only. */
export interface Variant {
  readonly label: string;
  readonly onSigterm: SigtermBehaviour;
  readonly slowWatches: boolean;
  readonly totals: Totals;
  readonly minSlack: Micros;
  readonly requiredPreStop: Micros;
}
