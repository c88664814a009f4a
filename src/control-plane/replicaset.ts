/** What a ReplicaSet counts (pkg/controller/replicaset/replica_set_utils.go). */
import type { Micros } from "../engine/duration.js";
import type { Pod, ReplicaSet } from "../model/objects.js";
import { isActive, isAvailable, isTerminating } from "./active-pod.js";

/** Most pods that one sync creates or deletes. */
export const BURST_REPLICAS = 500;

/** The status as its pods make it; those that are being deleted count for `terminating` alone. */
export function replicaSetStatus(pods: readonly Pod[], minReadySeconds: number, now: Micros): ReplicaSet["status"] {
  let [replicas, ready, available, terminating] = [0, 0, 0, 0];
  for (const pod of pods) {
    if (isTerminating(pod)) terminating++;
    if (!isActive(pod)) continue;
    replicas++;
    if (pod.status.ready.status) ready++;
    if (isAvailable(pod, minReadySeconds, now)) available++;
  }
  return { replicas, ready, available, terminating };
}
