/** The rows of the failover experiment: one churn event as one target felt it in one run; CSV, table and dots of the figure. */
import type { FailoverRow } from "../model/result.js";
import { type CsvTable, column, TEXT } from "../report/csv/column.js";
import { FAILOVER } from "../report/csv/failover.js";
import { csvHeader, writeCsv } from "../report/csv/write-csv.js";
import { groupedCount, spanText } from "../report/figure-text.js";
import { type BenchPoint, median } from "../report/plot/bench-plot.js";
import { printable } from "../report/printable.js";
import { textTable } from "../report/table.js";
import { lossSentence } from "./loss-bound.js";

export interface FailoverCaseRow extends FailoverRow {
  readonly scenario: string;
  readonly setting: string;
  readonly run: number;
}

const BENCH: CsvTable<FailoverCaseRow> = [
  column("scenario", "scenario", TEXT),
  column("setting", "setting", TEXT),
  ...FAILOVER,
];

/** The whole file: `run`, `scenario`, `setting`, then the columns of failover.csv. */
export function failoverCsv(rows: readonly FailoverCaseRow[]): string {
  const lines = rows.flatMap((row) => [...writeCsv(BENCH, [row], { run: row.run, header: false })]);
  return `${csvHeader(BENCH).join(",")}\n${lines.join("")}`;
}

/** Groups in the order of their first row. */
function groupBy(rows: readonly FailoverCaseRow[], key: (row: FailoverCaseRow) => string): FailoverCaseRow[][] {
  const groups = new Map<string, FailoverCaseRow[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function eventName({ scenario, event, target }: FailoverCaseRow, several: boolean): string {
  return printable(several ? `${scenario}: ${event} → ${target}` : `${scenario}: ${event}`);
}

/** A row an event and setting: medians over the runs, the worst where the worst counts. */
export function failoverTable(rows: readonly FailoverCaseRow[]): string[] {
  const header = [
    "event",
    "setting",
    "lost in",
    "failed",
    "most",
    "detected",
    "rules last",
    "outage",
    "longest",
    "margin",
  ];
  const several = targetCounter(rows);
  const lines = groupBy(rows, (row) => JSON.stringify([row.scenario, row.setting, row.event, row.target])).map(
    (group) => {
      const first = group[0] as FailoverCaseRow;
      const values = (value: (row: FailoverCaseRow) => number): number[] => group.map(value).filter(Number.isFinite);
      const failed = values((row) => row.failedRequests);
      const last = values((row) => row.lastFailure);
      return [
        eventName(first, several(first)),
        printable(first.setting || "as shipped"),
        `${failed.filter((each) => each > 0).length}/${group.length}`,
        groupedCount(median(failed)),
        groupedCount(most(failed)),
        spanText(median(values((row) => row.detected))),
        spanText(median(values((row) => row.rulesLast))),
        spanText(median(last)),
        spanText(most(last)),
        spanText(-most(values((row) => -row.minSlack))),
      ];
    },
  );
  const right = Array.from({ length: 8 }, () => "right" as const);
  return textTable([header, ...lines], ["left", "left", ...right]);
}

/** For each scenario and setting, in how many of the runs requests were lost. */
export function lossLines(rows: readonly FailoverCaseRow[]): string[] {
  return groupBy(rows, (row) => JSON.stringify([row.scenario, row.setting])).map((group) => {
    const { scenario, setting } = group[0] as FailoverCaseRow;
    const runs = new Set(group.map(({ run }) => run)).size;
    const losing = new Set(group.filter(({ failedRequests }) => failedRequests > 0).map(({ run }) => run)).size;
    return `${printable(scenario)}${setting === "" ? "" : `, ${printable(setting)}`}: ${lossSentence(runs, losing, "seeds")}`;
  });
}

export function failoverPoints(rows: readonly FailoverCaseRow[]): BenchPoint[] {
  const several = targetCounter(rows);
  return rows.map((row) => ({
    event: eventName(row, several(row)),
    setting: row.setting,
    seed: String(row.run),
    value: row.lastFailure,
  }));
}

/** Tells whether a row's scenario has more than one target. */
function targetCounter(rows: readonly FailoverCaseRow[]): (row: FailoverCaseRow) => boolean {
  const targets = new Map<string, Set<string>>();
  for (const { scenario, target } of rows) targets.set(scenario, (targets.get(scenario) ?? new Set()).add(target));
  return ({ scenario }) => (targets.get(scenario)?.size ?? 0) > 1;
}

/** Largest; NaN without values. */
function most(values: readonly number[]): number {
  return values.reduce((largest, value) => (value > largest || Number.isNaN(largest) ? value : largest), Number.NaN);
}
