/**
 * What the node controller makes of a zone in which nodes fail together
 * (pkg/controller/nodelifecycle/node_lifecycle_controller.go `ComputeZoneState`, `setLimiterInZone`, `handleDisruption`).
 */

export type ZoneState = "Normal" | "PartialDisruption" | "FullDisruption";

/** Nodes of one zone by their Ready condition; Unknown counts as not ready. */
export interface ZoneHealth {
  readonly ready: number;
  readonly notReady: number;
}

/** --node-eviction-rate and --secondary-node-eviction-rate: nodes a second. */
const EVICTION_RATE = 0.1;
const SECONDARY_EVICTION_RATE = 0.01;
/** --unhealthy-zone-threshold: the fraction from which on a zone counts as partially disrupted. */
const UNHEALTHY_ZONE_THRESHOLD = 0.55;
/** --large-cluster-size-threshold: zones of more nodes go on evicting, slowly, when partially disrupted. */
const LARGE_ZONE = 50;
/** So many nodes may always fail without the zone being disrupted. */
const TOLERATED_NOT_READY = 2;

export function zoneStateOf({ ready, notReady }: ZoneHealth): ZoneState {
  if (ready === 0 && notReady > 0) return "FullDisruption";
  if (notReady > TOLERATED_NOT_READY && notReady / (ready + notReady) >= UNHEALTHY_ZONE_THRESHOLD) {
    return "PartialDisruption";
  }
  return "Normal";
}

/** Nodes that may get a NoExecute taint a second in a zone of this state and size. */
export function taintRateOf(state: ZoneState, size: number): number {
  if (state !== "PartialDisruption") return EVICTION_RATE;
  return size > LARGE_ZONE ? SECONDARY_EVICTION_RATE : 0;
}

/** Rate of every zone, and whether the whole cluster looks dead. */
export interface Disruption {
  /** All zones are fully disrupted: more likely the controller is cut off, so nothing is evicted any more. */
  readonly everywhere: boolean;
  /** Nodes a second, by zone. */
  readonly rates: ReadonlyMap<string, number>;
}

export function disruptionOf(zones: ReadonlyMap<string, ZoneHealth>): Disruption {
  let everywhere = zones.size > 0;
  const rates = new Map<string, number>();
  for (const [zone, health] of zones) {
    const state = zoneStateOf(health);
    if (state !== "FullDisruption") everywhere = false;
    rates.set(zone, taintRateOf(state, health.ready + health.notReady));
  }
  if (everywhere) for (const zone of zones.keys()) rates.set(zone, 0);
  return { everywhere, rates };
}
