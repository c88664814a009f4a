/**
 * Which endpoints of a Service port may be used from where. A policy sorts places into classes, so that the answer is
 * worked out once for each class and not once for each node. Rules and what is told of them ask the same one.
 */
import { type EndpointUse, READY_ELSE_LEAVING } from "../../model/endpoint-use.js";
import type { Place } from "../../model/flow.js";

/** Where a connection begins, or where it meets the rules of a node. */
export type ClientPlace = Pick<Place, "name" | "zone">;

export interface TrafficPolicy {
  /** Places with the same text may use the same endpoints. */
  classOf(place: ClientPlace): string;
  /** What new connections from this place go to. */
  useFrom(place: ClientPlace): EndpointUse;
}

/**
 * `internalTrafficPolicy: Cluster` without topology hints: the same endpoints from everywhere (pkg/proxy/topology.go
 * `CategorizeEndpoints`, v1.34).
 */
export const CLUSTER_POLICY: TrafficPolicy = { classOf: () => "", useFrom: () => READY_ELSE_LEAVING };
