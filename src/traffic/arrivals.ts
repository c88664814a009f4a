/** When requests arrive: open loop, one pending arrival for each traffic entry. */
import type { Micros } from "../engine/duration.js";
import { SECOND } from "../engine/duration.js";
import { ln } from "../engine/math.js";
import { type Key, uniform } from "../engine/random.js";

/**
 * Time of arrival `index` (from 0), given the time of the one before it as an exact, unrounded number of microseconds.
 * `poisson`: exponential gaps with one keyed draw each. `uniform`: evenly spaced, the first after half a gap.
 */
export function nextArrival(
  arrival: "poisson" | "uniform",
  rate: number,
  previous: number,
  key: Key,
  index: number,
): number {
  const gap = SECOND / rate;
  if (arrival === "uniform") return (index + 0.5) * gap;
  return previous - gap * ln(uniform(key, index));
}

/** Rounded up to the clock's grid. */
export function toClock(time: number): Micros {
  return Math.ceil(time);
}
