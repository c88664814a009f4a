/** What figures are made from: rows as a run records them, so a RunRecord is one, and so are rows read from its CSV. */
import type { Micros } from "../../engine/duration.js";
import type { EndpointRow, FailoverRow, FailureRow, TimelineRow } from "../../model/result.js";
import { ENDPOINTS } from "../csv/endpoints.js";
import { FAILOVER } from "../csv/failover.js";
import { FAILURES } from "../csv/failures.js";
import { type CsvFile, readTable } from "../csv/read-table.js";
import { TIMELINE } from "../csv/timeline.js";

export interface PlotRows {
  /** Name of the scenario. */
  readonly scenario: string;
  readonly timeline: readonly TimelineRow[];
  readonly failures: readonly FailureRow[];
  readonly endpoints: readonly EndpointRow[];
  readonly failover: readonly FailoverRow[];
}

/** Rows of the repetition `run` from a run's files. */
export function readPlotRows(
  scenario: string,
  files: {
    readonly timeline: CsvFile;
    readonly failures: CsvFile;
    readonly endpoints: CsvFile;
    readonly failover: CsvFile;
  },
  run: number,
): PlotRows {
  const timeline = readTable(TIMELINE, files.timeline, run);
  if (timeline.length === 0 && run > 0)
    throw new Error(`${files.timeline.name} holds no run ${run}: they count from 0`);
  return {
    scenario,
    timeline,
    failures: readTable(FAILURES, files.failures, run),
    endpoints: readTable(ENDPOINTS, files.endpoints, run),
    failover: readTable(FAILOVER, files.failover, run),
  };
}

/** One time bin of all traffic entries together. */
export interface Bin {
  readonly t: Micros;
  readonly length: Micros;
  readonly requests: number;
  readonly ok: number;
  /** Of the slowest entry; NaN without requests. */
  readonly latencyP50: Micros;
  readonly latencyP99: Micros;
  /** Sum over the targets. */
  readonly desired: number;
  readonly ready: number;
}

/** Bins in order of time; entries that share a target, or targets that name one of `services`, count its endpoints once. */
export function bins(timeline: readonly TimelineRow[], services: ReadonlySet<string>): Bin[] {
  const groups = new Map<Micros, TimelineRow[]>();
  for (const row of timeline) {
    const group = groups.get(row.t);
    if (group === undefined) groups.set(row.t, [row]);
    else group.push(row);
  }
  return [...groups.values()]
    .map((rows) => {
      const first = rows[0] as TimelineRow;
      const targets = [...new Map(rows.map((row) => [serviceOf(row.target, services), row])).values()];
      const sum = (list: readonly TimelineRow[], value: (row: TimelineRow) => number): number =>
        list.reduce((total, row) => total + value(row), 0);
      return {
        t: first.t,
        length: first.bin,
        requests: sum(rows, (row) => row.requests),
        ok: sum(rows, (row) => row.ok),
        latencyP50: largest(rows.map((row) => row.latencyP50)),
        latencyP99: largest(rows.map((row) => row.latencyP99)),
        desired: sum(targets, (row) => row.endpointsDesired),
        ready: sum(targets, (row) => row.endpointsReady),
      };
    })
    .sort((x, y) => x.t - y.t);
}

/** Largest of the values that are numbers; NaN without any. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isNaN(most) || value > most ? value : most), Number.NaN);
}

/**
 * "namespace/name" of the one Service that the text of a target can mean; the text itself when that is not clear. A run
 * knows the key, but no file holds it, and a figure that is drawn from files has to be the one that the run drew.
 */
function serviceOf(target: string, services: ReadonlySet<string>): string {
  const host = target.replace(/^[a-z]+:\/\//, "").replace(/[:/].*$/, "");
  const [name, namespace] = host.split(".");
  const found = [...services].filter((service) => {
    const [home, named] = service.split("/");
    return named === name && (namespace === undefined || namespace === home);
  });
  return found.length === 1 && !target.includes("[") ? (found[0] as string) : target;
}
