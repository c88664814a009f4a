/**
 * Which endpoints of a Service port may be used from where. A policy sorts places into classes, so that the answer is
 * worked out once for each class and not once for each node.
 */
import type { Place } from "../../model/flow.js";
import { categorizeEndpoints, type EndpointConditions } from "./categorize-endpoints.js";

/** Where a connection begins, or where it meets the rules of a node. */
export type ClientPlace = Pick<Place, "name" | "zone">;

/** What a policy may look at. */
export interface PlacedEndpoint extends EndpointConditions {
  readonly nodeName: string;
}

export interface TrafficPolicy {
  /** Places with the same text may use the same endpoints. */
  classOf(place: ClientPlace): string;
  /** The endpoints that new connections from this place go to, in the order in which they are given. */
  usable<E extends PlacedEndpoint>(endpoints: readonly E[], place: ClientPlace): readonly E[];
}

/** `internalTrafficPolicy: Cluster` without topology hints: the same endpoints from everywhere. */
export const CLUSTER_POLICY: TrafficPolicy = { classOf: () => "", usable: categorizeEndpoints };
