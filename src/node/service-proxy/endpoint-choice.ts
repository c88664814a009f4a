/**
 * How a node chooses among the usable endpoints of one Service port. What applies to any such choice (clients that stay with
 * an endpoint) is a choice that wraps another one.
 */
import type { Micros } from "../../engine/duration.js";
import type { Flow, Hop } from "../../model/flow.js";
import type { ProxyEndpoint } from "./endpoint-snapshot.js";
import type { ServiceState } from "./proxied-service.js";

/** What the node's rules in force say about the Service port. Reused: keep nothing of it. */
export interface ChoiceEntry {
  /** Null when the node has no Service at the address. */
  readonly state: ServiceState | null;
  readonly usable: readonly ProxyEndpoint[];
}

export interface EndpointChoice {
  /** One of `entry.usable`, which is not empty. Asking changes nothing: the answer is the same until a flow is committed. */
  choose(entry: ChoiceEntry, flow: Flow, now: Micros): ProxyEndpoint;
  /** A flow goes to the endpoint that was chosen for it, as `hop` says. Left out: what was chosen before does not matter. */
  committed?(entry: ChoiceEntry, flow: Flow, hop: Hop, now: Micros): void;
}

/** Uniform, independently for each flow, by the draw that belongs to it. Without state: one for all. */
export const UNIFORM_CHOICE: EndpointChoice = {
  choose: ({ usable }, { choice }) => usable[Math.floor(choice * usable.length)]!,
};
