/** How whoever sends came by the address that it sends to, and what it is called when that was outdated. */
import type { Cause } from "./outcome.js";

export interface BeliefSource {
  readonly name: string;
  /** Cause of a failure when the log had contradicted the belief. */
  readonly stale: Cause;
  /** Nobody keeps it up to date, so its failures need no contradiction to be its own. */
  readonly forgotten: boolean;
}

/** All sources. A place that keeps beliefs of its own, such as a load balancer, adds a row and its cause. */
export const BELIEF_SOURCES = [
  { name: "rules", stale: "stale-rules", forgotten: false },
  { name: "dns", stale: "stale-dns-answer", forgotten: false },
  { name: "address", stale: "stale-address", forgotten: true },
  { name: "pod-of", stale: "stale-address", forgotten: true },
] as const satisfies readonly BeliefSource[];

export type BeliefSourceName = (typeof BELIEF_SOURCES)[number]["name"];

export function beliefSource(name: BeliefSourceName): BeliefSource {
  return BELIEF_SOURCES.find((each) => each.name === name) as BeliefSource;
}
