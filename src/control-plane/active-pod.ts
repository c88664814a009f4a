/** Which pods count (pkg/controller/controller_utils.go `IsPodActive`, pkg/api/v1/pod `IsPodAvailable`). */
import { type Micros, SECOND } from "../engine/duration.js";
import { isTerminal, type Pod } from "../model/objects.js";

/** A pod that counts towards what its owner wants: neither terminal nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === null;
}

/** A pod that is being deleted and has not ended. */
export function isTerminating(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp !== null;
}

/** Ready for `minReadySeconds`, by the API's clock of whole seconds; with 0, ready. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Micros): boolean {
  return pod.status.ready.status && (minReadySeconds === 0 || availableAt(pod, minReadySeconds) <= now);
}

/** When the first of these pods becomes available, later than `after`, by waiting alone; Infinity when none does. */
export function nextAvailable(pods: readonly Pod[], minReadySeconds: number, after: Micros): Micros {
  let next = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    const at = availableAt(pod, minReadySeconds);
    if (pod.status.ready.status && at > after) next = Math.min(next, at);
  }
  return next;
}

function availableAt(pod: Pod, minReadySeconds: number): Micros {
  return pod.status.ready.lastTransitionTime + minReadySeconds * SECOND;
}
