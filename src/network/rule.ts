/**
 * What ends a walk: the names stand in verdicts. A rule that is the reason by itself names the cause of the failure; for
 * the others, the holder of the address and the belief that led there decide (traffic/causes.ts).
 */
import type { Cause } from "../model/outcome.js";

/** A Service port that a node has no endpoint for is rejected by this rule. */
export const RULE_NO_ENDPOINTS = "service-no-endpoints";
/** The node has no rules for this ClusterIP or port: nothing answers. */
export const RULE_UNKNOWN_SERVICE = "service-unknown";
export const RULE_SERVICE = "service";
/** The endpoint's node is without power. */
export const RULE_NODE_DOWN = "node-down";
/** A place that the packet was sent on to, whoever should have sent it further, is without power. */
export const RULE_TRANSIT_DOWN = "transit-down";
export const RULE_HOST = "host";
/** The source of the flow cannot route to this address (a ClusterIP from outside). */
export const RULE_NO_ROUTE = "no-route";
/** A path rule has lost the packet. */
export const RULE_PACKET_LOSS = "packet-loss";
/** Two datagrams of one socket raced for their conntrack entry, and this one lost. */
export const RULE_CONNTRACK_RACE = "conntrack-race";
/** A place that the flow went through before resets it, or loses it. */
export const RULE_ESTABLISHED = "established";
/** The packet has been sent on by so many places that it must be going round in a circle. */
export const RULE_TOO_MANY_LEGS = "too-many-legs";

export interface RuleCause {
  readonly rule: string;
  readonly cause: Cause;
}

/** Rules that are the reason by themselves. The fact is the one that the verdict has with the rule. */
export const RULE_CAUSES: readonly RuleCause[] = [
  { rule: RULE_NO_ENDPOINTS, cause: "no-ready-endpoints" },
  { rule: RULE_UNKNOWN_SERVICE, cause: "unknown-to-node" },
  { rule: RULE_NO_ROUTE, cause: "unknown-to-node" },
  { rule: RULE_TOO_MANY_LEGS, cause: "unknown-to-node" },
  { rule: RULE_TRANSIT_DOWN, cause: "transit-down" },
  { rule: RULE_PACKET_LOSS, cause: "packet-loss" },
];
