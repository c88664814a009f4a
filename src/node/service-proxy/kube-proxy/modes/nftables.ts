/**
 * nftables (pkg/proxy/nftables): maps and sets, of which a partial sync sends the elements that have changed, whatever else
 * there is. The coefficients of its cost are assumed.
 */
import { SECOND } from "../../../../engine/duration.js";
import { HopAction } from "../../../../model/flow.js";
import { UNIFORM_CHOICE } from "../../endpoint-choice.js";
import type { ProxyMode, SyncLoad } from "./mode.js";

/** Assumed; microseconds. */
const BASE = 30_000;
const PER_ELEMENT = 20;

export const nftables: ProxyMode = {
  name: "nftables",
  section: { key: "nftables", type: "KubeProxyNFTablesConfiguration" },
  cost,
  leastCost: BASE,
  saveIsDue: () => false,
  fullSyncPeriod: () => Number.POSITIVE_INFINITY,
  // assumed to be as for iptables
  minSyncPeriod: (given) => (given === 0 ? SECOND : given),
  // addresses in the Service range that no Service has are dropped; ports that a Service does not have are rejected
  unknown: (state) => (state === null ? HopAction.drop : HopAction.refuse),
  choice: () => UNIFORM_CHOICE,
};

function cost(load: SyncLoad): number {
  const elements = load.full ? load.services + load.endpoints : load.changedServices + load.changedEndpoints;
  return BASE + PER_ELEMENT * elements;
}
