/** How long each rollout took, and how many pods there were at once. */
import type { Micros } from "../engine/duration.js";
import type { RolloutStory } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { Consequences } from "./consequences.js";
import type { ServiceWatch } from "./service-watch.js";

const POD = "Pod/";

/**
 * `end`: that of the run. A rollout is about the Services whose pods it created or deleted; while one of them lacks a ready
 * pod, or an available one of the present template, it has not finished.
 */
export function rolloutStories(
  fired: readonly FiredChurn[],
  watches: Iterable<ServiceWatch>,
  consequences: Consequences,
  end: Micros,
): RolloutStory[] {
  const rollouts = fired.filter(({ rollsOut }) => rollsOut);
  return rollouts.map((event) => {
    const ofPods = consequences.of(event.fact).filter(({ object }) => object.startsWith(POD));
    const ends = ofPods.filter(({ kind }) => kind === "pod-ready" || kind === "object-deleted");
    const last = ends.reduce((latest, { t }) => Math.max(latest, t), event.t);
    const pods = new Set(ofPods.map(({ object }) => object.slice(POD.length)));
    const touched = [...watches].filter(({ known }) => [...pods].some((pod) => known.has(pod)));
    const settled = touched.every(({ ready, updated, desired }) => {
      const wanted = desired.at(end);
      return ready.at(end) === wanted && updated.at(end) === wanted;
    });
    return {
      event: event.name,
      duration: settled && ends.length > 0 ? last - event.t : Number.NaN,
      peakPods: touched.reduce((most, watch) => Math.max(most, watch.pods.maximum(event.t, end)), 0),
    };
  });
}
