/**
 * Durations: text such as `250us`, `1.5s` or `1h30m` to integer microseconds and back.
 * The units and the combined form are those of Go's `time.ParseDuration`, as Kubernetes uses them; a bare number is
 * refused, because it hides its unit.
 */

/** Simulated time or a span of it, in integer microseconds. Time zero is when the scenario starts. */
export type Micros = number;

export const MICROSECOND: Micros = 1;
export const MILLISECOND: Micros = 1_000;
export const SECOND: Micros = 1_000_000;
export const MINUTE: Micros = 60 * SECOND;
export const HOUR: Micros = 60 * MINUTE;

const UNITS: ReadonlyMap<string, Micros> = new Map([
  ["us", MICROSECOND],
  ["µs", MICROSECOND],
  ["ms", MILLISECOND],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
]);

const PART = /^(\d+(?:\.\d+)?|\.\d+)(us|µs|ms|s|m|h)/;

/** Ten years: longer spans are a typing error, and sums of durations stay exact integers. */
const LONGEST: Micros = 10 * 365 * 24 * HOUR;

/**
 * Parses `text`; null when it is no duration, is negative, or is longer than ten years.
 * Fractions are rounded to the nearest microsecond. `0` alone is allowed.
 */
export function parseDuration(text: string): Micros | null {
  if (text === "0") return 0;
  let rest = text;
  let total = 0;
  while (rest !== "") {
    const part = PART.exec(rest);
    if (part === null) return null;
    total += Number(part[1]) * (UNITS.get(part[2] ?? "") ?? 0);
    rest = rest.slice(part[0].length);
  }
  const rounded = Math.round(total);
  return text === "" || rounded > LONGEST ? null : rounded;
}

/** The shortest exact text of a duration: `1h30m`, `1.5s`, `250us`. */
export function formatDuration(duration: Micros): string {
  if (duration < 0) return `-${formatDuration(-duration)}`;
  if (duration === 0) return "0s";
  if (duration < MILLISECOND) return `${duration}us`;
  if (duration < SECOND) return `${duration / MILLISECOND}ms`;
  const hours = Math.floor(duration / HOUR);
  const minutes = Math.floor((duration - hours * HOUR) / MINUTE);
  const rest = duration - hours * HOUR - minutes * MINUTE;
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${rest > 0 ? `${rest / SECOND}s` : ""}`;
}
