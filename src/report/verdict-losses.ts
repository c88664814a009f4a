/** What each churn event cost each traffic entry, and how the requests of each entry ended in all. */
import { CAUSES } from "../model/outcome.js";
import type { FailoverRow, RunStory, Totals } from "../model/result.js";
import { groupedCount, percentText, shareText, spanText } from "./figure-text.js";
import type { Paint } from "./paint.js";
import { printable } from "./printable.js";
import { reachedTargets } from "./reached-targets.js";

export interface LossSentence {
  readonly sentence: string;
  readonly failed: number;
}

/** Of each event and each entry that it reached, by time. */
export function lossSentences({ failover, entries }: RunStory): LossSentence[] {
  return reachedTargets(failover).map((row) => ({
    sentence: lossSentence(row, entries.length > 1),
    failed: row.failedRequests,
  }));
}

function lossSentence(row: FailoverRow, several: boolean): string {
  const { failedRequests: failed, requestsMeanwhile: requests, lasted, unavailable } = row;
  const entry = several ? ` of ${printable(row.traffic)}` : "";
  const by = `${printable(row.event)} (${eventText(row)})`;
  if (failed === 0 && lasted === 0) return `${by}: no effect on what requests${entry} are sent to, none lost by it`;
  const meanwhile = Number.isNaN(lasted) ? "until the run ended" : `while it ran (${spanText(lasted)})`;
  const whole = `${groupedCount(requests)} requests${entry} ${meanwhile}`;
  if (failed === 0) return `0 lost by ${by}, of ${whole}`;
  return `${groupedCount(failed)} lost by ${by}: ${shareText(failed, requests)} of ${whole}; some failed in ${spanText(unavailable)} of these`;
}

/** "rollout Deployment/default/web at 10.0 s". */
function eventText({ action, object, t }: FailoverRow): string {
  const what = object === "" ? `${printable(action)} that selected nothing` : printable(`${action} ${object}`);
  return `${what} at ${spanText(t)}`;
}

/** "27,978 requests, 98.73 % ok, 355 failed · latency p50 22 ms, p99 205 ms". */
export function totalsSentence(totals: Totals, paint: Paint): string {
  const { requests, ok, failed } = totals;
  if (requests === 0) return paint("red", "no requests were sent");
  const latency = Number.isFinite(totals.latencyP50)
    ? ` · latency p50 ${spanText(totals.latencyP50)}, p99 ${spanText(totals.latencyP99)}`
    : "";
  if (failed === 0) return `${paint("green", `0 of ${groupedCount(requests)} requests failed`)}${latency}`;
  const figure = paint("red", `${groupedCount(failed)} failed`);
  return `${groupedCount(requests)} requests, ${percentText(ok, requests)} ok, ${figure}${latency}`;
}

/** "351 stale-rules: a node still had rules …", the largest first. */
export function causeSentences({ totals }: RunStory): string[] {
  return [...totals.causes]
    .sort((x, y) => y.count - x.count)
    .map(({ cause, count }) => {
      const sentence = CAUSES.find(({ name }) => name === cause)?.sentence ?? "";
      return `${groupedCount(count)} ${cause}: ${sentence}`;
    });
}
