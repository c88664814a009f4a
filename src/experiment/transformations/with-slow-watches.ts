import { compile } from "../../engine/distribution.js";
import { SECOND } from "../../engine/duration.js";
import type { Scenario } from "../../model/scenario.js";

const SLOW_P99 = SECOND;

/**
 * The scenario with watches that deliver one change in a hundred after a second; their median stays. Null when they are
 * that slow already.
 */
export function withSlowWatches(scenario: Scenario): Scenario | null {
  const { delays } = scenario.cluster;
  const given = compile(delays.watchDelivery);
  if (given.quantile(0.99) >= SLOW_P99) return null;
  const watchDelivery = { kind: "lognormal", median: given.quantile(0.5), p99: SLOW_P99 } as const;
  return { ...scenario, cluster: { ...scenario.cluster, delays: { ...delays, watchDelivery } } };
}
