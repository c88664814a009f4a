/** Everything that is known of one Service at the end of a run. */
import type { Observation } from "../model/observation.js";
import type { EndpointRow, RuleLagRow } from "../model/result.js";
import type { RunEvidence } from "../model/run-evidence.js";
import { endpointRows, keptIntervals, usedIntervals } from "./observed.js";
import type { ServiceWatch } from "./service-watch.js";
import type { UsedInterval } from "./slack.js";

export interface ServiceStory {
  readonly watch: ServiceWatch;
  /** What its observers believed. */
  readonly observations: readonly Observation[];
  /** Changes since time zero as each observer took them. */
  readonly ruleLags: readonly RuleLagRow[];
  /** While each of its observers, or of those who kept its addresses, sent to a pod. */
  readonly used: readonly UsedInterval[];
}

/** By the key of the Service. `now`: the end of the run. */
export function serviceStories(
  watches: Iterable<ServiceWatch>,
  evidence: RunEvidence,
  now: number,
): ReadonlyMap<string, ServiceStory> {
  const stories = new Map<string, ServiceStory>();
  for (const watch of watches) {
    const observers = evidence.observersOf(watch.service);
    const observations = observers.flatMap((each) => each.observation(watch.key, now) ?? []);
    const ruleLags = observations.flatMap(({ observer, service, changes }) =>
      changes.filter(({ committedAt }) => committedAt >= 0).map((change) => ({ observer, service, ...change })),
    );
    const kept = evidence.keepersOf(watch.service).flatMap((keeper) => keptIntervals(keeper, watch.addresses));
    stories.set(watch.key, { watch, observations, ruleLags, used: [...observations.flatMap(usedIntervals), ...kept] });
  }
  return stories;
}

/** Rows of `endpoints.csv`: the API's own first, then those of the observers in their order, all by time. */
export function endpointRowsOf(stories: Iterable<ServiceStory>): EndpointRow[] {
  const rows = [...stories].flatMap(({ watch, observations }) =>
    [watch.observation(), ...observations].flatMap(endpointRows),
  );
  // a stable sort: rows of one instant stay in the order of observers
  return rows.sort((x, y) => x.t - y.t);
}
