/** What a ReplicaSet counts (pkg/controller/replicaset/replica_set_utils.go, pkg/api/v1/pod `IsPodAvailable`). */
import { type Micros, SECOND } from "../engine/duration.js";
import { isTerminal, NEW_POD_STATUS, newMetadata, type Pod, type ReplicaSet } from "../model/objects.js";
import { ordinalText } from "./stable-text.js";

/** Most pods that one sync creates or deletes. */
export const BURST_REPLICAS = 500;

/** A pod that counts towards the replicas: neither terminal nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isTerminal(pod) && pod.metadata.deletionTimestamp === null;
}

/** Ready for more than `minReadySeconds`; with 0, ready. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Micros): boolean {
  const { status, lastTransitionTime } = pod.status.ready;
  return status && (minReadySeconds === 0 || lastTransitionTime + minReadySeconds * SECOND < now);
}

/** The status as the active pods make it. */
export function replicaSetStatus(active: readonly Pod[], minReadySeconds: number, now: Micros): ReplicaSet["status"] {
  let [ready, available] = [0, 0];
  for (const pod of active) {
    if (pod.status.ready.status) ready++;
    if (isAvailable(pod, minReadySeconds, now)) available++;
  }
  return { replicas: active.length, ready, available };
}

/** The `ordinal`-th pod of a ReplicaSet, from 0; its name depends on nothing else. */
export function newPod(replicaSet: ReplicaSet, ordinal: number): Pod {
  const { namespace, name } = replicaSet.metadata;
  const { labels, annotations, spec } = replicaSet.spec.template;
  const text = ordinalText(`${namespace}/${name}`, ordinal);
  const metadata = newMetadata(namespace, `${name}-${text}`, labels, { kind: "ReplicaSet", name });
  return { kind: "Pod", metadata: { ...metadata, annotations }, spec, status: NEW_POD_STATUS };
}

/** Sizes of the batches in which `count` pods are created: 1, 2, 4, … */
export function slowStartBatches(count: number): number[] {
  const batches: number[] = [];
  for (let left = count, batch = 1; left > 0; batch *= 2) {
    const size = Math.min(left, batch);
    batches.push(size);
    left -= size;
  }
  return batches;
}
