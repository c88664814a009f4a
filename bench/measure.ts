/** What all benches share: the median, a table on the terminal, and the history of measurements. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { stringify } from "csv-stringify/sync";

/** The folder of the repository; benches run from dist-bench/bench. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** One measurement: `metric` names its unit last, as in `wall_ns` or `requests_per_s`. */
export interface Measurement {
  readonly bench: string;
  readonly case: string;
  readonly metric: string;
  readonly value: number;
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Prints rows in columns, the first row as the heading; the first column is flush left, the others flush right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

/** Appends measurements to bench/history.csv when `argv` has the flag --record. */
export function recordHistory(rows: readonly Measurement[], argv: readonly string[]): void {
  if (!argv.includes("--record")) return;
  const path = `${ROOT}bench/history.csv`;
  const heading = existsSync(path) ? [] : [["commit", "machine", "node", "bench", "case", "metric", "value"]];
  const machine = `${cpus()[0]?.model.trim() ?? "unknown"} x${cpus().length}`;
  const lines = rows.map((row) => [
    commit(),
    machine,
    process.version,
    row.bench,
    row.case,
    row.metric,
    Number(row.value.toPrecision(4)),
  ]);
  appendFileSync(path, stringify([...heading, ...lines]));
  console.log(`recorded ${rows.length} measurements in bench/history.csv`);
}

/** The short hash of the commit that was measured, with a plus sign when the working tree differs from it. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return (
      git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+")
    );
  } catch {
    return "none";
  }
}
