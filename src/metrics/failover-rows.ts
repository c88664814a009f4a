/** Rows of `failover.csv`: each churn event that fired, as each target felt it. */
import type { Micros } from "../engine/duration.js";
import type { FailoverRow } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { Consequences, RootedFact } from "./consequences.js";
import { failoverRow } from "./failover.js";
import { grouped } from "./grouped.js";
import type { RequestBin, RequestRecorder } from "./request-recorder.js";
import type { ServiceStory } from "./service-story.js";
import type { ServiceWatch } from "./service-watch.js";
import type { EndedPod, SlackReport } from "./slack.js";

export interface FailoverRowsInput {
  readonly fired: readonly FiredChurn[];
  /** By traffic entry. */
  readonly targets: readonly { readonly name: string; readonly text: string; readonly watch: ServiceWatch | null }[];
  readonly stories: ReadonlyMap<string, ServiceStory>;
  readonly ended: readonly EndedPod[];
  /** Held against the observers of each Service, by its key. */
  readonly slackReports: ReadonlyMap<string, SlackReport>;
  readonly consequences: Consequences;
  /** Rollouts that had not finished when the run ended, by the names of their events. */
  readonly unfinished: ReadonlySet<string>;
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
  const terminations = new Map(
    [...input.slackReports].map(([key, { rows }]) => [key, grouped(rows, ({ pod }) => pod)]),
  );
  const ended = grouped(input.ended, ({ fact }) => consequences.rootOf(fact));
  const arrivals = recorder.bins.map(requestsFrom);
  return input.fired.flatMap((event) => {
    const facts = consequences.of(event.fact);
    const pods = ended.get(event.fact) ?? [];
    const firstBin = Math.floor(event.t / input.interval);
    return targets.map(({ name, text, watch }, index) =>
      failoverRow({
        event,
        traffic: name,
        target: text,
        service: watch?.key ?? "",
        facts: factsAbout(watch, targets, facts),
        ruleLags: lags.get(watch?.key ?? "")?.get(event.fact) ?? [],
        terminations: pods.flatMap(({ pod }) => terminations.get(watch?.key ?? "")?.get(pod) ?? []),
        failures: recorder.failuresOf(event.fact, index),
        requests: arrivals[index]?.[firstBin] ?? 0,
        arrivals: (from, to) => recorder.arrivalTimes[index]?.countBetween(from, to) ?? 0,
        unfinished: input.unfinished.has(event.name),
        desiredAtEnd: watch?.desired.at(end) ?? 0,
        readyAtEnd: watch?.ready.at(end) ?? 0,
      }),
    );
  });
}

const POD = "Pod/";

/**
 * Facts of an event without those about slices and pods of other targets. What happens to pods behind no target, such as
 * those of CoreDNS, concerns every target.
 */
function factsAbout(
  watch: ServiceWatch | null,
  targets: FailoverRowsInput["targets"],
  facts: readonly RootedFact[],
): readonly RootedFact[] {
  return facts.filter(({ kind, fact, object }) => {
    if (kind === "endpoints-changed") return watch?.sliceWrites.has(fact) === true;
    if (!object.startsWith(POD)) return true;
    const pod = object.slice(POD.length);
    return watch?.known.has(pod) === true || !targets.some((other) => other.watch?.known.has(pod));
  });
}

/** By bin: how many requests arrived in it or later. */
function requestsFrom(bins: readonly RequestBin[]): readonly number[] {
  const sums: number[] = new Array(bins.length);
  let sum = 0;
  for (let index = bins.length - 1; index >= 0; index--) {
    sum += bins[index]?.counts.requests ?? 0;
    sums[index] = sum;
  }
  return sums;
}
