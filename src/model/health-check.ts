/**
 * Checks whether something is healthy, at regular times and with a threshold for each change: the kubelet's probes of a
 * container, a load balancer's of its targets. Checks that can change nothing need not be events: whoever knows what a check
 * would find, and until when, asks for the next one that matters.
 */
import type { Micros } from "../engine/duration.js";
import { firstTick, type Ticks } from "./ticks.js";

export interface HealthCheck extends Ticks {
  /** So many checks in a row must pass before it counts as healthy. */
  readonly up: number;
  /** So many in a row must fail before it counts as unhealthy. */
  readonly down: number;
}

/** What checks have found so far. */
export interface Health {
  readonly healthy: boolean;
  /** Result of the last check, and how many in a row were the same. */
  readonly last: boolean;
  readonly run: number;
}

export const NEVER_CHECKED: Health = { healthy: false, last: false, run: 0 };

/** After one more check: its result counts when it came as often in a row as its threshold says. */
export function nextHealth(health: Health, passed: boolean, { up, down }: Pick<HealthCheck, "up" | "down">): Health {
  const run = passed === health.last ? health.run + 1 : 1;
  return { healthy: run >= (passed ? up : down) ? passed : health.healthy, last: passed, run };
}

/** True while checks that are answered like this change nothing. */
export function isSettled({ healthy, last }: Health, answer: boolean): boolean {
  return healthy === answer && last === answer;
}

/**
 * The first check at or after `earliest` that can change something; Infinity if there is none. A check finds `answer` until
 * `certainUntil`, which is not later than `earliest` when nobody can know.
 */
export function nextChange(
  check: HealthCheck,
  health: Health,
  earliest: Micros,
  answer: boolean,
  certainUntil: Micros,
): Micros {
  return firstTick(check, isSettled(health, answer) ? Math.max(earliest, certainUntil) : earliest);
}
