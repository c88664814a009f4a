/**
 * Durations of a Corefile: those of Go's `time.ParseDuration`, with a sign, nanoseconds and a fraction without digits
 * ("5.s"). Scenarios are stricter (engine/duration.ts).
 */
import { HOUR, MICROSECOND, MILLISECOND, MINUTE, type Micros, SECOND } from "../../engine/duration.js";

const UNITS: ReadonlyMap<string, Micros> = new Map([
  ["ns", MICROSECOND / 1000],
  ["us", MICROSECOND],
  ["µs", MICROSECOND],
  ["μs", MICROSECOND],
  ["ms", MILLISECOND],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
]);

const PART = /^(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/;

/** Go counts nanoseconds in 63 bits: a little over 292 years. */
const LONGEST: Micros = 9_223_372_036_854_774;

/** Microseconds, rounded; negative with a minus sign. Null when `text` is no duration. */
export function parseGoDuration(text: string): Micros | null {
  const negative = text.startsWith("-");
  let rest = negative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return 0;
  if (rest === "") return null;
  let total = 0;
  while (rest !== "") {
    const part = PART.exec(rest);
    if (part === null) return null;
    total += Number(part[1]) * (UNITS.get(part[2] ?? "") ?? 0);
    rest = rest.slice(part[0].length);
  }
  if (total > LONGEST) return null;
  const rounded = Math.round(total);
  return negative && rounded !== 0 ? -rounded : rounded;
}
