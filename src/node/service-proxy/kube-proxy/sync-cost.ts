/**
 * How long one sync takes, as a pure function of what it has to do. The iptables coefficients are fitted to the logs of
 * kubernetes/kubernetes issue 138073 (so agreeing with them proves nothing); the nftables ones are assumed.
 */
import type { Micros } from "../../../engine/duration.js";
import type { KubeProxySettings } from "../../../model/settings.js";

/** What one sync has to do. Mutable and reused. */
export interface SyncLoad {
  /** All rules are written, not only those of changed Services. */
  full: boolean;
  /** The rules in the kernel are listed first, to find stale chains (iptables partial syncs only). */
  saveDue: boolean;
  /** Service ports and endpoints in the cluster. */
  services: number;
  endpoints: number;
  /** Ports and endpoints of the Services that have changed since the last sync, each counted once. */
  changedServices: number;
  changedEndpoints: number;
}

/** Clusters up to this size list the kernel's rules in every sync (pkg/proxy/iptables `largeClusterEndpointsThreshold`). */
export const LARGE_CLUSTER_ENDPOINTS = 1000;

/** Rules of a Service port: its match and its masquerade; and of an endpoint: its choice and two of its own chain. */
const RULES_PER_SERVICE = 2;
const RULES_PER_ENDPOINT = 3;

/** Fitted; microseconds. */
const IPTABLES_PARTIAL_BASE = 40_000;
const IPTABLES_PER_ENDPOINT = 7;
const IPTABLES_PER_RULE_SENT = 18;
const IPTABLES_PER_RULE_RESIDENT = 2;
const IPTABLES_PER_RULE_SAVED = 6.5;
const IPTABLES_FULL_BASE = 100_000;
const IPTABLES_FULL_PER_RULE = 30;

/** Assumed; microseconds. */
const NFTABLES_BASE = 30_000;
const NFTABLES_PER_ELEMENT = 20;

/** Assumed: a sync takes its duration times U(0.9, 1.1). */
const SPREAD = 0.2;

/** The factor at the cumulative probability `u`. */
export function durationFactor(u: number): number {
  return 1 - SPREAD / 2 + SPREAD * u;
}

/** Duration of a sync, in microseconds; `factor` from `durationFactor`. */
export function syncDuration(mode: KubeProxySettings["mode"], load: SyncLoad, factor: number): Micros {
  return Math.round((mode === "iptables" ? iptables(load) : nftables(load)) * factor);
}

/** No sync of this mode is shorter, in any cluster. */
export function shortestSync(mode: KubeProxySettings["mode"]): Micros {
  return Math.floor((mode === "iptables" ? IPTABLES_PARTIAL_BASE : NFTABLES_BASE) * durationFactor(0));
}

/** Small clusters list the kernel's rules in every sync, large ones when more than `syncPeriod` has passed since. */
export function saveIsDue(endpoints: number, sinceLastSave: Micros, syncPeriod: Micros): boolean {
  return endpoints <= LARGE_CLUSTER_ENDPOINTS || sinceLastSave > syncPeriod;
}

function iptables(load: SyncLoad): number {
  const resident = RULES_PER_SERVICE * load.services + RULES_PER_ENDPOINT * load.endpoints;
  if (load.full) return IPTABLES_FULL_BASE + IPTABLES_FULL_PER_RULE * resident;
  // the jump rules of all Services are always sent, chains only of changed ones
  const changed = RULES_PER_SERVICE * load.changedServices + RULES_PER_ENDPOINT * load.changedEndpoints;
  return (
    IPTABLES_PARTIAL_BASE +
    IPTABLES_PER_ENDPOINT * load.endpoints +
    IPTABLES_PER_RULE_SENT * (load.services + changed) +
    IPTABLES_PER_RULE_RESIDENT * resident +
    (load.saveDue ? IPTABLES_PER_RULE_SAVED * resident : 0)
  );
}

function nftables(load: SyncLoad): number {
  const elements = load.full ? load.services + load.endpoints : load.changedServices + load.changedEndpoints;
  return NFTABLES_BASE + NFTABLES_PER_ELEMENT * elements;
}
