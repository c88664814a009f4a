/**
 * Flows, verdicts, outcomes and causes: the words in which the network tells a client what became of a connection.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { Protocol } from "./objects.js";

/** One new connection (or one datagram) on its way. Mutable and reused: the request path allocates nothing. */
export interface Flow {
  /** Index of the node on which the client runs (see Topology). */
  sourceNode: number;
  sourceAddress: Address;
  destination: Address;
  port: number;
  protocol: Protocol;
  /** The uniform draw that belongs to this flow: rules that choose use it. One flow passes one choosing rule. */
  choice: number;
  /**
   * Which datagram or SYN this is among those that its sender sends at the same instant: rules that lose packets draw by
   * it. Default 0.
   */
  packet?: number;
}

/** What the walk along the rules ended in. */
export const Action = {
  /** Somebody listens at the destination. */
  deliver: 0,
  /** RST or ICMP port unreachable: connection refused, one way there and back. */
  refuse: 1,
  /** Nothing comes back. A SYN is sent again by the kernel's schedule, to the same endpoint when DNAT had chosen one. */
  blackHole: 2,
  /** ICMP host unreachable after `unreachableAfter`. */
  unreachable: 3,
  /** No rule and no route knows the destination (a ClusterIP unknown to the node, or a client outside the cluster). */
  unknown: 4,
} as const;
export type Action = (typeof Action)[keyof typeof Action];

/** Basis of a verdict: what was acted on, and how stale it was. Immutable; shared by all requests that used it. */
export interface Basis {
  /** The write (or DNS data) that the rules in force were made from. NO_FACT when nothing was written. */
  readonly fact: FactId;
  /** When these rules were programmed on the client's node; NaN when no rules were involved. */
  readonly syncedAt: Micros;
  /** When the write was committed to the log. */
  readonly committedAt: Micros;
}

/** Result of `Network.connect`. Mutable and reused. */
export interface Verdict {
  action: Action;
  /** Endpoint after DNAT; the destination itself without DNAT. */
  endpoint: Address;
  endpointPort: number;
  /** "namespace/name" of the pod that the rules hold to be at the endpoint; empty when no rule chose it. */
  believedPod: string;
  /** Which rule decided: "service-no-endpoints", "service", "host", "node-down", … */
  rule: string;
  /** Of the disturbance that a path rule stands for; NO_FACT when no such rule decided. */
  ruleFact: FactId;
  basis: Basis | null;
  /** One-way delay between the client's node and the node that answered. */
  oneWay: Micros;
  /** For `unreachable`: how long after the SYN the error comes. */
  unreachableAfter: Micros;
  /** Whoever holds the endpoint address; null when nobody does. */
  host: HostView | null;
  /** Whoever listens there; null unless `deliver`. */
  listener: Listener | null;
}

/** A rule on the way between nodes: packet loss, a partition. */
export interface PathRule {
  /** Decides what becomes of a packet from the client, or passes it on; true ends the walk. */
  apply(flow: Flow, verdict: Verdict, now: Micros): boolean;
  /** Whether the packet that answers it is lost. Default: never. */
  losesReply?(flow: Flow, verdict: Verdict, now: Micros): boolean;
}

/** What a verdict tells about the holder of an address. */
export interface HostView {
  readonly address: Address;
  /** "namespace/name" of the pod. */
  readonly pod: string;
  readonly nodeIndex: number;
  /** Why the holder does not accept now: the fact of its stop, its node's crash, …; NO_FACT while it does. */
  readonly stopFact: FactId;
}

/** Something that accepts connections or datagrams at an address and port. Its kind is known to who connects. */
export interface Listener {
  readonly protocol: Protocol;
}

export const OUTCOMES = [
  "ok",
  "dns-nxdomain",
  "dns-servfail",
  "dns-timeout",
  "refused",
  "unreachable",
  "connect-timeout",
  "reset",
  "request-timeout",
  "http-error",
  "wrong-pod",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Mechanisms that make a request fail: what each means, and which setting changes it. Order is the order in reports. */
export const CAUSES = [
  {
    name: "stale-rules",
    sentence:
      "the client's node still had rules for a pod that had stopped accepting: a preStop sleep longer than the slowest node's sync prevents it",
  },
  {
    name: "stale-dns-answer",
    sentence:
      "the client connected to an address that an outdated DNS answer had given: shorter TTLs, or a preStop sleep that outlasts them",
  },
  {
    name: "stale-address",
    sentence:
      "the client used a pod address that it had learned earlier and that is no longer the pod's: use a Service name",
  },
  {
    name: "no-ready-endpoints",
    sentence:
      "the Service had no usable endpoint: more replicas, a smaller maxUnavailable, or a less strict readiness probe",
  },
  {
    name: "node-down",
    sentence:
      "the endpoint's node was dead and the API did not know it yet: node-monitor-grace-period and client timeouts decide how long",
  },
  {
    name: "process-exited",
    sentence: "the process had ended by itself and neither probe nor API had told anybody yet",
  },
  {
    name: "killed-in-flight",
    sentence: "the process ended while it was serving the request: let it finish in-flight requests at SIGTERM",
  },
  {
    name: "grace-period-exceeded",
    sentence: "SIGKILL came while the request was being served: raise terminationGracePeriodSeconds",
  },
  {
    name: "packet-loss",
    sentence:
      "packets were lost on the way and the client gave up before one came through: allow it more time, or retries",
  },
  { name: "not-listening-yet", sentence: "the pod was ready before its process listened: give it a readiness probe" },
  {
    name: "ip-reused",
    sentence: "the address had been given to another pod: clients or rules were still using the old one",
  },
  {
    name: "unknown-to-node",
    sentence: "the client had no way to the Service: its node did not know it yet, or it stands outside the cluster",
  },
  { name: "slow-server", sentence: "the server needed longer than the client's timeout" },
  { name: "client-crashed", sentence: "the client's own node or process ended while it waited" },
  {
    name: "dns-unavailable",
    sentence: "no DNS server answered: look at CoreDNS replicas, their lameduck and the rules towards kube-dns",
  },
] as const;
export type Cause = (typeof CAUSES)[number]["name"];
