/** What a ReplicaSet counts (pkg/controller/replicaset/replica_set_utils.go). */
import type { Micros } from "../engine/duration.js";
import type { Pod, ReplicaSet } from "../model/objects.js";
import { isAvailable } from "./active-pod.js";

/** Most pods that one sync creates or deletes. */
export const BURST_REPLICAS = 500;

/** The status as the active pods make it. */
export function replicaSetStatus(active: readonly Pod[], minReadySeconds: number, now: Micros): ReplicaSet["status"] {
  let [ready, available] = [0, 0];
  for (const pod of active) {
    if (pod.status.ready.status) ready++;
    if (isAvailable(pod, minReadySeconds, now)) available++;
  }
  return { replicas: active.length, ready, available };
}
