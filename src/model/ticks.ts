/** Something that happens again and again, at phase + n × interval. */
import type { Micros } from "../engine/duration.js";

export interface Ticks {
  /** Any tick. */
  readonly phase: Micros;
  readonly interval: Micros;
}

/** First tick at or after `time`; Infinity when `time` is. */
export function firstTick({ phase, interval }: Ticks, time: Micros): Micros {
  if (time === Number.POSITIVE_INFINITY) return time;
  return phase + Math.ceil((time - phase) / interval) * interval;
}
