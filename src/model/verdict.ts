/** Verdicts: the words in which the network tells a client what became of a connection. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "./address.js";
import type { Basis, Flow, Hop, Place } from "./flow.js";
import type { Protocol } from "./objects.js";

/** What a walk along the wire ended in. */
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
  /** Places that the flow went through, the sender's first; only the first `legs` of them count. */
  readonly via: Hop[];
  legs: number;
  /** Endpoint behind all translations; the destination itself without any. */
  endpoint: Address;
  endpointPort: number;
  /** "namespace/name" of the pod that the translator holds to be at the endpoint; empty when none chose it. */
  believedPod: string;
  /** Which rule decided: "service-no-endpoints", "service", "host", "node-down", … */
  rule: string;
  /** Of the disturbance that a path rule stands for, or that took a place's power; NO_FACT when neither decided. */
  ruleFact: FactId;
  /** Of the last translator that knew the destination; null when none did. */
  basis: Basis | null;
  /** One-way delay between the client and whoever answered: the sum of the legs. */
  oneWay: Micros;
  /** For `unreachable`: how long after the SYN the error comes. */
  unreachableAfter: Micros;
  /** Whoever holds the endpoint address; null when nobody does. */
  host: HostView | null;
  /** Whoever listens there; null unless `deliver`. */
  listener: Listener | null;
}

/** The way of a packet from one place to the next. Reused: read it at once. */
export interface Leg {
  /** 0 for the one that begins at the sender. */
  readonly index: number;
  readonly from: Place;
  /** Where the holder of the endpoint is; the outside when nobody holds it. */
  readonly to: Place;
  /** Port that the packet is sent to on this leg. */
  readonly port: number;
}

/** A rule on the way between places: packet loss, a partition. It is asked about each leg, and changes nothing but the verdict. */
export interface PathRule {
  /**
   * Decides what becomes of a packet from the client on this leg, or passes it on; true ends the walk. `flow` is the packet
   * as it stood at the leg's first place, before any translation there.
   */
  apply(flow: Flow, leg: Leg, verdict: Verdict, now: Micros): boolean;
  /** Whether the packet that answers it is lost on its way back along this leg. Default: never. */
  losesReply?(flow: Flow, leg: Leg, now: Micros): boolean;
  /** Whether it treats all packets alike that stand as this one on this leg, as long as it is there. Default: no. */
  isCertain?(flow: Flow, leg: Leg): boolean;
}

/** What a verdict tells about the holder of an address. */
export interface HostView {
  readonly address: Address;
  /** "namespace/name" of the pod. */
  readonly pod: string;
  readonly place: Place;
  /** Why the holder does not accept now: the fact of its stop, its node's crash, …; NO_FACT while it does. */
  readonly stopFact: FactId;
}

/** The holder of an address as the programs that run there see it: they listen on its ports. */
export interface ListeningHost extends HostView {
  /** Throws when somebody listens there already. */
  listen(port: number, listener: Listener): void;
  /** Nobody listens on this port any more, because of `fact`; nothing happens when it was another listener. */
  close(port: number, listener: Listener, now: Micros, fact: FactId): void;
  /** The health endpoint of a program here answers otherwise from now on, which its `nextProbeChange` had not foreseen. */
  healthChanged(): void;
}

/** What a health check over the wire asks, beyond whether somebody listens. */
export interface HealthEndpoint {
  /** Whether it answers well at this instant. */
  probe(): boolean;
  /** Earliest time at which `probe()` may answer differently without a word of `healthChanged`; Infinity if none. */
  nextProbeChange(): Micros;
}

/** Something that accepts connections or datagrams at an address and port. */
export interface Listener {
  readonly protocol: Protocol;
  /** What it understands: whoever connects goes on with its own kind only, and is refused by any other. */
  readonly speaks: "http" | "dns";
  /** Of the program that it belongs to. Default: null, it has none. */
  readonly health?: HealthEndpoint | null;
}
