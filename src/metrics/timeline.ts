/** Rows of `timeline.csv`: one time bin of one traffic entry each, bins without requests included. */
import type { Micros } from "../engine/duration.js";
import type { RuleLagRow, TimelineRow } from "../model/result.js";
import { NO_COUNTS, type RequestBin } from "./request-recorder.js";
import { Staleness } from "./staleness.js";
import type { StepHistory } from "./step-history.js";

/** What a timeline shows of the endpoints behind a target. */
export interface TargetHistory {
  readonly desired: StepHistory;
  readonly ready: StepHistory;
  readonly terminating: StepHistory;
  /** Changes of the target's endpoints as each observing node took them; empty for targets without Service. */
  readonly ruleLags: readonly RuleLagRow[];
}

export interface TimelineInput {
  readonly entries: readonly { readonly name: string; readonly target: string; readonly history: TargetHistory }[];
  readonly bins: readonly (readonly RequestBin[])[];
  readonly interval: Micros;
  /** Number of bins to show, from time zero. */
  readonly length: number;
}

export function timelineRows(input: TimelineInput): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const inFlight = input.entries.map(() => 0);
  const staleness = input.entries.map(({ history }) => new Staleness(history.ruleLags));
  for (let index = 0; index < input.length; index++) {
    input.entries.forEach((entry, traffic) => {
      const bin = input.bins[traffic]?.[index];
      const counts = bin?.counts ?? NO_COUNTS;
      inFlight[traffic] = (inFlight[traffic] as number) + counts.requests - (bin?.ended ?? 0);
      const start = index * input.interval;
      const end = start + input.interval;
      rows.push({
        t: start,
        bin: input.interval,
        traffic: entry.name,
        target: entry.target,
        ...counts,
        failed: counts.requests - counts.ok,
        latencyP50: bin?.latencies.quantile(0.5) ?? Number.NaN,
        latencyP90: bin?.latencies.quantile(0.9) ?? Number.NaN,
        latencyP99: bin?.latencies.quantile(0.99) ?? Number.NaN,
        latencyMax: bin?.latencies.quantile(1) ?? Number.NaN,
        inFlight: inFlight[traffic] as number,
        endpointsDesired: entry.history.desired.at(end),
        endpointsReady: entry.history.ready.at(end),
        endpointsTerminating: entry.history.terminating.at(end),
        ...(staleness[traffic] as Staleness).at(end),
      });
    });
  }
  return rows;
}
