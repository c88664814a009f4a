/** Verdicts: the words in which the network tells a client what became of a connection. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { Basis, Flow } from "./flow.js";
import type { Protocol } from "./objects.js";

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
