/**
 * The wire is a chain of rules, walked once per new connection: service rules of the client's node (DNAT, reject), path
 * rules in the order of their installation (packet loss, later partitions), then the host. A DNAT rewrites the verdict's
 * endpoint and the walk goes on; deliver, refuse and drop end it, and the name of the rule that ended it goes into the
 * outcome. Rules are pure in (flow, time, histories): they change nothing but the verdict.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { Flow } from "../model/flow.js";
import type { PathRule, Verdict } from "../model/verdict.js";

export interface Rule extends PathRule {
  /** Decides, or passes on; true ends the walk. `verdict.endpoint` and `endpointPort` are set already. */
  apply(flow: Flow, verdict: Verdict, now: Micros): boolean;
}

/** A UDP flow that was given an endpoint. `checkedAt` and `checkedUntil` belong to whoever deletes entries. */
export interface ConntrackEntry {
  /** Address and port that the client sends to. */
  readonly destination: Address;
  readonly port: number;
  readonly endpoint: Address;
  readonly createdAt: Micros;
  /** Deletions up to then have been looked for. */
  checkedAt: Micros;
  /** No deletion can come before. */
  checkedUntil: Micros;
}

/** The rules that kube-proxy keeps on a node. */
export interface NodeRules extends Rule {
  /**
   * Whether kube-proxy has deleted a conntrack entry of its node by now. Asked at each use of an entry, so that no event
   * is needed for the clean-up; what it has found out is kept in the entry. Without this nothing is ever deleted.
   */
  hasDeleted?(entry: ConntrackEntry, now: Micros): boolean;
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
/** Two datagrams of one socket raced for their conntrack entry, and this one lost. */
export const RULE_CONNTRACK_RACE = "conntrack-race";
