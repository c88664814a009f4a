/** How long each rollout took, and how many pods its workloads had at once. */
import type { Micros } from "../engine/duration.js";
import type { RolloutStory } from "../model/result.js";
import type { FiredChurn } from "../model/run-evidence.js";
import type { Consequences } from "./consequences.js";
import type { WorkloadHistories } from "./workload-histories.js";

/**
 * `end`: that of the run. A rollout has finished when each workload that it gave another template has as many available pods
 * of that as it wants, and nothing of it is left to happen: the last old pod has gone. One that selected nothing has no story.
 */
export function rolloutStories(
  fired: readonly FiredChurn[],
  workloads: WorkloadHistories,
  consequences: Consequences,
  end: Micros,
): RolloutStory[] {
  const rollouts = fired.filter(({ rollsOut, objects }) => rollsOut && objects.length > 0);
  return rollouts.map(({ name, fact, t, objects }) => {
    const ends = consequences
      .of(fact)
      .filter(({ kind, object }) => object.startsWith("Pod/") && (kind === "pod-ready" || kind === "object-deleted"));
    const last = ends.reduce((latest, each) => Math.max(latest, each.t), t);
    const histories = objects.flatMap((object) => workloads.of(object) ?? []);
    const settled = histories.every(({ desired, updated }) => updated.at(end) === desired.at(end));
    return {
      event: name,
      duration: settled && ends.length > 0 ? last - t : Number.NaN,
      peakPods: histories.reduce((sum, { pods }) => sum + pods.maximum(t, end), 0),
    };
  });
}
