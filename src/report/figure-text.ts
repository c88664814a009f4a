/** Numbers as a person reads them: thousands separators, spans of time, percentages. No locale is involved. */
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { fixedDecimal } from "./fixed-decimal.js";

/** What stands where a figure does not apply. */
export const ABSENT = "–";

const LONGEST_IN_SECONDS: Micros = 120 * SECOND;

/** An integer with commas: 18003 → "18,003". */
export function groupedCount(count: number): string {
  if (!Number.isFinite(count)) return ABSENT;
  return `${count < 0 ? "−" : ""}${String(Math.abs(Math.round(count))).replace(/\B(?=(\d{3})+$)/g, ",")}`;
}

/** A span: "250 µs", "3.4 ms", "250 ms", "3.1 s", "2 min 5 s"; negative ones with a minus sign, NaN as "–". */
export function spanText(span: Micros): string {
  if (!Number.isFinite(span)) return ABSENT;
  const micros = Math.round(Math.abs(span));
  const sign = span < 0 && micros > 0 ? "−" : "";
  if (micros === 0) return "0 s";
  if (micros < MILLISECOND) return `${sign}${micros} µs`;
  if (micros < 9_950) return `${sign}${fixedDecimal(micros / 100, 1)} ms`;
  if (micros < 999_500) return `${sign}${fixedDecimal(micros / MILLISECOND, 0)} ms`;
  if (micros < LONGEST_IN_SECONDS) return `${sign}${fixedDecimal(micros / 100_000, 1)} s`;
  const seconds = Math.round(micros / SECOND);
  return `${sign}${groupedCount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** The same, rounded up to the next tenth of a second: for sleeps that must be long enough. */
export function sleepText(span: Micros): string {
  return Number.isFinite(span) ? `${fixedDecimal(Math.ceil(span / 100_000), 1)} s` : ABSENT;
}

/** How much preStop sleep was needed: a sleep, "none", or "none is enough". */
export function neededSleepText(span: Micros): string {
  if (span === Number.POSITIVE_INFINITY) return "none is enough";
  return span === 0 ? "none" : sleepText(span);
}

/** A moment of the run with milliseconds: "12.345 s". */
export function momentText(time: Micros): string {
  return Number.isFinite(time) ? `${fixedDecimal(time / MILLISECOND, 3).replace("-", "−")} s` : ABSENT;
}

/** Share of `part` in `whole`, cut to 2 decimals, never rounded: only all of all is "100 %". */
export function percentText(part: number, whole: number): string {
  if (!(whole > 0)) return ABSENT;
  if (part === whole) return "100 %";
  return `${fixedDecimal(Math.floor((part * 10_000) / whole), 2)} %`;
}

/** Share of `part` in `whole` to the nearest hundredth, never "0 %" for some nor "100 %" for less than all. */
export function shareText(part: number, whole: number): string {
  if (!(whole > 0)) return ABSENT;
  if (part === 0 || part === whole) return part === 0 ? "0 %" : "100 %";
  const hundredths = Math.round((part * 10_000) / whole);
  if (hundredths === 0) return "less than 0.01 %";
  return `${fixedDecimal(Math.min(hundredths, 9_999), 2)} %`;
}
