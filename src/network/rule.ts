/**
 * The wire is a chain of rules, walked once per new connection: service rules of the client's node (DNAT, reject), path
 * rules in the order of their installation (node down, later partition and loss), then the host. A DNAT rewrites the
 * verdict's endpoint and the walk goes on; deliver, refuse and drop end it, and the name of the rule that ended it goes
 * into the outcome. Rules are pure in (flow, time, histories): they change nothing but the verdict.
 */
import type { Micros } from "../engine/duration.js";
import type { Flow, Verdict } from "../model/flow.js";

export interface Rule {
  /** Decides, or passes on; true ends the walk. `verdict.endpoint` and `endpointPort` are set already. */
  apply(flow: Flow, verdict: Verdict, now: Micros): boolean;
}

/** A Service port that a node has no endpoint for is rejected by this rule. */
export const RULE_NO_ENDPOINTS = "service-no-endpoints";
/** The node has no rules for this ClusterIP or port: nothing answers. */
export const RULE_UNKNOWN_SERVICE = "service-unknown";
export const RULE_SERVICE = "service";
export const RULE_NODE_DOWN = "node-down";
export const RULE_HOST = "host";
/** The source of the flow cannot route to this address (a ClusterIP from outside). */
export const RULE_NO_ROUTE = "no-route";
