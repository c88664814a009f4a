/** Which pods count (pkg/controller/controller_utils.go `IsPodActive`, pkg/api/v1/pod `IsPodAvailable`). */
import { type Micros, SECOND } from "../engine/duration.js";
import { isTerminal, type Pod } from "../model/objects.js";

/** A pod that counts towards what its owner wants: neither terminal nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === null;
}

/** Ready for more than `minReadySeconds`; with 0, ready. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Micros): boolean {
  const { status, lastTransitionTime } = pod.status.ready;
  return status && (minReadySeconds === 0 || lastTransitionTime + minReadySeconds * SECOND < now);
}
