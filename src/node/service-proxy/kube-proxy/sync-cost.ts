/** How long one sync takes, as a pure function of its mode and of what it has to do. */
import type { Micros } from "../../../engine/duration.js";
import type { ProxyMode, SyncLoad } from "./modes/mode.js";

/** Assumed: a sync takes its duration times U(0.9, 1.1). */
const SPREAD = 0.2;

/** The factor at the cumulative probability `u`. */
export function durationFactor(u: number): number {
  return 1 - SPREAD / 2 + SPREAD * u;
}

/** Duration of a sync; `factor` from `durationFactor`. */
export function syncDuration(mode: ProxyMode, load: SyncLoad, factor: number): Micros {
  return Math.round(mode.cost(load) * factor);
}

/** No sync of this mode is shorter, in any cluster. */
export function shortestSync({ leastCost }: ProxyMode): Micros {
  return Math.floor(leastCost * durationFactor(0));
}
