/** How a node chooses among the usable endpoints of one Service port. */
import type { Flow } from "../../model/flow.js";
import type { ProxyEndpoint } from "./endpoint-snapshot.js";

export interface EndpointChoice {
  /** One of `usable`, which is not empty. Asking changes nothing: the answer is the same until a flow is committed. */
  choose(usable: readonly ProxyEndpoint[], flow: Flow): ProxyEndpoint;
  /** A flow goes to the endpoint that was chosen for it. Left out: what was chosen before does not matter. */
  committed?(flow: Flow): void;
}

/** Uniform, independently for each flow, by the draw that belongs to it. Without state: one for all. */
export const UNIFORM_CHOICE: EndpointChoice = {
  choose: (usable, { choice }) => usable[Math.floor(choice * usable.length)]!,
};
