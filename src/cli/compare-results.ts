/** The first difference between the CSV files of two runs. */

import { readCsv } from "../report/csv/read-csv.js";
import { RESULT_FILES } from "../report/csv/result-files.js";
import { printable } from "../report/printable.js";
import { readResult } from "./read-results.js";

/** Sentences about the first row that differs, in the order in which a run writes its files; null without any. */
export function firstDifference(one: string, other: string): string[] | null {
  for (const { name } of RESULT_FILES) {
    const [left, right] = [readResult(one, name).text, readResult(other, name).text];
    if (left !== right) return describe(name, left, right);
  }
  return null;
}

function describe(name: string, left: string, right: string): string[] {
  const [first, second] = [readCsv(left), readCsv(right)];
  let header: readonly string[] = [];
  for (let row = 1; ; row++) {
    const [x, y] = [first.next().value as string[] | undefined, second.next().value as string[] | undefined];
    if (x === undefined && y === undefined) return [`${name}: the same fields, written differently`];
    if (row === 1) header = x ?? [];
    if (x !== undefined && y !== undefined && x.length === y.length && x.every((field, index) => field === y[index])) {
      continue;
    }
    return [`${name}, row ${row} (the header is row 1) is the first that differs:`, ...fieldLines(header, x, y)];
  }
}

function fieldLines(
  header: readonly string[],
  x: readonly string[] | undefined,
  y: readonly string[] | undefined,
): string[] {
  if (x === undefined || y === undefined) {
    const which = x === undefined ? "only the second has it" : "only the first has it";
    return [`  ${which}: ${printable((x ?? y ?? []).join(","))}`];
  }
  return header.flatMap((column, index) =>
    x[index] === y[index] ? [] : [`  ${column}: ${printable(x[index] ?? "")} / ${printable(y[index] ?? "")}`],
  );
}
