/** Rows of `failover.csv`: each churn event that fired, as each target felt it. */
import type { Micros } from "../engine/duration.js";
import type { FailoverRow, TerminationRow } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { Consequences, RootedFact } from "./consequences.js";
import { failoverRow } from "./failover.js";
import { grouped } from "./grouped.js";
import type { RequestBin, RequestRecorder } from "./request-recorder.js";
import type { ServiceStory } from "./service-story.js";
import type { ServiceWatch } from "./service-watch.js";

export interface FailoverRowsInput {
  readonly fired: readonly FiredChurn[];
  /** By traffic entry. */
  readonly targets: readonly { readonly text: string; readonly watch: ServiceWatch | null }[];
  readonly stories: ReadonlyMap<string, ServiceStory>;
  readonly terminations: readonly TerminationRow[];
  readonly consequences: Consequences;
  readonly recorder: RequestRecorder;
  /** Length of the recorder's bins. */
  readonly interval: Micros;
  /** The end of the run. */
  readonly end: Micros;
}

export function failoverRows(input: FailoverRowsInput): FailoverRow[] {
  const { targets, consequences, recorder, end } = input;
  const lags = new Map(
    [...input.stories].map(([key, { ruleLags }]) => [key, grouped(ruleLags, ({ fact }) => consequences.rootOf(fact))]),
  );
  const terminations = grouped(input.terminations, ({ pod }) => pod);
  const arrivals = recorder.bins.map(requestsFrom);
  return input.fired.flatMap((event) => {
    const facts = consequences.of(event.fact);
    const ended = podsEndedBy(event, facts);
    const firstBin = Math.floor(event.t / input.interval);
    return targets.map(({ text, watch }, index) =>
      failoverRow({
        event,
        target: text,
        service: watch?.key ?? "",
        facts: facts.filter(({ kind, fact }) => kind !== "endpoints-changed" || watch?.sliceWrites.has(fact)),
        ruleLags: lags.get(watch?.key ?? "")?.get(event.fact) ?? [],
        terminations: [...ended].flatMap((pod) => terminations.get(pod) ?? []),
        failures: recorder.failuresOf(event.fact, index),
        requests: arrivals[index]?.[firstBin] ?? 0,
        desiredAtEnd: watch?.desired.at(end) ?? 0,
        readyAtEnd: watch?.ready.at(end) ?? 0,
      }),
    );
  });
}

/** Pods that the event made end: those that were deleted because of it, and those that died with their node. */
function podsEndedBy({ action }: FiredChurn, facts: readonly RootedFact[]): ReadonlySet<string> {
  const ended = new Set<string>();
  for (const { kind, object } of facts) {
    const died = action === "crash-node" && kind === "pod-not-ready";
    if (!died && kind !== "deletion-requested" && kind !== "object-deleted") continue;
    if (object.startsWith("Pod/")) ended.add(object.slice("Pod/".length));
  }
  return ended;
}

/** By bin: how many requests arrived in it or later. */
function requestsFrom(bins: readonly RequestBin[]): readonly number[] {
  const sums: number[] = new Array(bins.length);
  let sum = 0;
  for (let index = bins.length - 1; index >= 0; index--) {
    sum += bins[index]?.requests ?? 0;
    sums[index] = sum;
  }
  return sums;
}
