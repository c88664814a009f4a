/** How long each rollout took, and how many pods there were at once. */
import type { Micros } from "../engine/duration.js";
import type { RolloutStory } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { Consequences } from "./consequences.js";
import type { ServiceWatch } from "./service-watch.js";

/** `end`: that of the run. A rollout is unfinished while a target that had pods lacks a ready one, or an available one of the present template. */
export function rolloutStories(
  fired: readonly FiredChurn[],
  watches: Iterable<ServiceWatch>,
  consequences: Consequences,
  end: Micros,
): RolloutStory[] {
  const rollouts = fired.filter(({ action }) => action === "rollout");
  return rollouts.map((event) => {
    const ends = consequences
      .of(event.fact)
      .filter(({ kind, object }) => object.startsWith("Pod/") && (kind === "pod-ready" || kind === "object-deleted"));
    const last = ends.reduce((latest, { t }) => Math.max(latest, t), event.t);
    const touched = [...watches].filter((watch) => watch.pods.maximum(event.t, end) > 0);
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
