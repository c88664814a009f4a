/**
 * Distributions of durations by inverse transform: one uniform a variate, no rejection, so that draw k of a thing is
 * draw k whatever its distribution. Values are integer microseconds, never negative.
 */
import type { Micros } from "./duration.js";
import { exp, ln, normalQuantile } from "./math.js";

export type Distribution =
  | { readonly kind: "constant"; readonly value: Micros }
  | { readonly kind: "uniform"; readonly min: Micros; readonly max: Micros }
  | { readonly kind: "exponential"; readonly mean: Micros }
  | { readonly kind: "normal"; readonly mean: Micros; readonly stddev: Micros; readonly min: Micros }
  | { readonly kind: "lognormal"; readonly median: Micros; readonly p99: Micros }
  | { readonly kind: "empirical"; readonly values: readonly Micros[] };

/** A compiled distribution. `minimum` and `maximum` bound every value that `quantile` can return. */
export interface Variate {
  /** Value at the cumulative probability `u`, 0 < u < 1. Non-decreasing in u. */
  quantile(u: number): Micros;
  readonly minimum: Micros;
  readonly maximum: Micros;
}

/** Quantile of the standard normal distribution at 0.99: fixes a lognormal's sigma from its p99. */
const Z99 = 2.3263478740408408;

/** The smallest and largest uniform that a keyed draw can give. */
const SMALLEST = 0.5 / 4294967296;
const LARGEST = 1 - SMALLEST;

export function constant(value: Micros): Distribution {
  return { kind: "constant", value };
}

/** Compiles a distribution into its quantile function. The input was validated by the scenario schema. */
export function compile(distribution: Distribution): Variate {
  const raw = quantileOf(distribution);
  const quantile = (u: number): Micros => {
    const value = Math.round(raw(u));
    return value > 0 ? value : 0;
  };
  return { quantile, minimum: quantile(SMALLEST), maximum: quantile(LARGEST) };
}

function quantileOf(distribution: Distribution): (u: number) => number {
  switch (distribution.kind) {
    case "constant": {
      const { value } = distribution;
      return () => value;
    }
    case "uniform": {
      const { min, max } = distribution;
      return (u) => min + u * (max - min);
    }
    case "exponential": {
      const { mean } = distribution;
      return (u) => -mean * ln(1 - u);
    }
    case "normal": {
      const { mean, stddev, min } = distribution;
      return (u) => Math.max(min, mean + stddev * normalQuantile(u));
    }
    case "lognormal": {
      const { median, p99 } = distribution;
      if (p99 === median || median === 0) return () => median;
      const sigma = ln(p99 / median) / Z99;
      return (u) => median * exp(sigma * normalQuantile(u));
    }
    case "empirical": {
      const values = [...distribution.values].sort((x, y) => x - y);
      return (u) => values[Math.min(values.length - 1, Math.floor(u * values.length))] ?? 0;
    }
    default:
      return distribution satisfies never;
  }
}
