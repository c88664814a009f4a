/** When a readiness probe runs: the ticker of its worker (pkg/kubelet/prober/worker.go `run`). */
import { type Micros, SECOND } from "../engine/duration.js";

export interface ProbeTicks {
  /** Any tick: the ticks lie at anchor + n × period. */
  readonly anchor: Micros;
  readonly period: Micros;
}

/** First tick at or after `time`; Infinity when `time` is. */
export function firstTick(ticks: ProbeTicks, time: Micros): Micros {
  if (time === Number.POSITIVE_INFINITY) return time;
  return ticks.anchor + Math.ceil((time - ticks.anchor) / ticks.period) * ticks.period;
}

/**
 * When the initial delay of a container is over. The API keeps its start in whole seconds, so that it can be over up to a
 * second early.
 */
export function initialDelayEnd(startedAt: Micros, initialDelaySeconds: number): Micros {
  return initialDelaySeconds === 0 ? startedAt : (Math.floor(startedAt / SECOND) + initialDelaySeconds) * SECOND;
}
