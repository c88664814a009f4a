/**
 * iptables (pkg/proxy/iptables): a chain of rules for each Service port and endpoint, of which a partial sync sends what has
 * changed. The coefficients of its cost are fitted to the logs of kubernetes/kubernetes issue 138073, so agreeing with
 * them proves nothing.
 */
import { HOUR, type Micros, SECOND } from "../../../../engine/duration.js";
import { HopAction } from "../../../../model/flow.js";
import { UNIFORM_CHOICE } from "../../endpoint-choice.js";
import type { ProxyMode, SyncLoad } from "./mode.js";

/** Clusters up to this size list the kernel's rules in every sync (pkg/proxy/iptables `largeClusterEndpointsThreshold`). */
export const LARGE_CLUSTER_ENDPOINTS = 1000;

/** Rules of a Service port: its match and its masquerade; and of an endpoint: its choice and two of its own chain. */
const RULES_PER_SERVICE = 2;
const RULES_PER_ENDPOINT = 3;

/** Fitted; microseconds. */
const PARTIAL_BASE = 40_000;
const PER_ENDPOINT = 7;
const PER_RULE_SENT = 18;
const PER_RULE_RESIDENT = 2;
const PER_RULE_SAVED = 6.5;
const FULL_BASE = 100_000;
const FULL_PER_RULE = 30;

/** pkg/proxy/apis/config/v1alpha1/defaults.go. */
const DEFAULT_MIN_SYNC_PERIOD: Micros = SECOND;

export const iptables: ProxyMode = {
  name: "iptables",
  section: { key: "iptables", type: "KubeProxyIPTablesConfiguration" },
  cost,
  leastCost: PARTIAL_BASE,
  // large clusters list the rules when more than syncPeriod has passed since
  saveIsDue: (endpoints, sinceLastSave, syncPeriod) =>
    endpoints <= LARGE_CLUSTER_ENDPOINTS || sinceLastSave > syncPeriod,
  fullSyncPeriod: ({ hourlyFullSync }) => (hourlyFullSync ? HOUR : Number.POSITIVE_INFINITY),
  minSyncPeriod: (given) => (given === 0 ? DEFAULT_MIN_SYNC_PERIOD : given),
  // no rule matches, and the packet leaves by the default route
  unknown: () => HopAction.unknown,
  choice: () => UNIFORM_CHOICE,
};

function cost(load: SyncLoad): number {
  const resident = RULES_PER_SERVICE * load.services + RULES_PER_ENDPOINT * load.endpoints;
  if (load.full) return FULL_BASE + FULL_PER_RULE * resident;
  // the jump rules of all Services are always sent, chains only of changed ones
  const changed = RULES_PER_SERVICE * load.changedServices + RULES_PER_ENDPOINT * load.changedEndpoints;
  return (
    PARTIAL_BASE +
    PER_ENDPOINT * load.endpoints +
    PER_RULE_SENT * (load.services + changed) +
    PER_RULE_RESIDENT * resident +
    (load.saveDue ? PER_RULE_SAVED * resident : 0)
  );
}
