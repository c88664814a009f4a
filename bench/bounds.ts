/** The table that each bench prints: what was measured, beside the baseline and the bound, and whether it holds. */
import { BASELINE } from "./baseline.js";
import { type Measurement, printTable, recordHistory } from "./measure.js";

/** `atMost` bounds the value, `timesBetter` the value of the baseline (or of `than`) divided by ours: values are costs. */
export type Bound = { readonly atMost: number } | { readonly timesBetter: number };

export interface Line {
  readonly case: string;
  /** Ends with its unit, as in `cpu_s`. */
  readonly metric: string;
  readonly now: number;
  /** The baseline's, or another engine's; undefined where there is none. */
  readonly before?: number | undefined;
  readonly bound?: Bound;
}

/** Prints the lines, records them when asked to, and makes the process fail when a bound is broken. */
export function conclude(bench: string, lines: readonly Line[], argv: readonly string[]): void {
  const rows = lines.map((line) => [
    `${line.case}, ${line.metric}`,
    line.before === undefined ? "" : digits(line.before),
    digits(line.now),
    line.before === undefined ? "" : (line.before / line.now).toFixed(2),
    line.bound === undefined ? "" : boundText(line.bound),
    holds(line) ? "" : "BROKEN",
  ]);
  printTable([[`bench:${bench}`, BASELINE, "now", "times better", "bound", ""], ...rows]);
  const measurements: Measurement[] = lines.map((line) => ({
    bench,
    case: line.case,
    metric: line.metric,
    value: line.now,
  }));
  recordHistory(measurements, argv);
  const broken = lines.filter((line) => !holds(line));
  if (broken.length > 0) {
    console.error(`${broken.length} of ${lines.length} lines break their bound`);
    process.exitCode = 1;
  }
}

/** Whether a line keeps its bound; one that has nothing to be compared with does not keep a factor. */
export function holds({ now, before, bound }: Line): boolean {
  if (bound === undefined) return true;
  if ("atMost" in bound) return now <= bound.atMost;
  return before !== undefined && before / now >= bound.timesBetter;
}

function boundText(bound: Bound): string {
  return "atMost" in bound ? `at most ${digits(bound.atMost)}` : `${bound.timesBetter} times better`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
