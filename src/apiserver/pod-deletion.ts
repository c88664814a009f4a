/**
 * What the API server makes of a request to delete a pod
 * (pkg/registry/core/pod/strategy.go `CheckGracefulDelete`, about 1.35).
 */
import type { Micros } from "../engine/duration.js";
import { isTerminal, type Pod } from "../model/objects.js";

/** Either the object goes at once, or it stays with a deletion timestamp; null: nothing changes. */
export type PodDeletion = { readonly remove: true } | { readonly remove: false; readonly pod: Pod } | null;

/** `gracePeriodSeconds` is the caller's wish; null takes the pod's own. A negative value means 1. */
export function requestPodDeletion(pod: Pod, gracePeriodSeconds: number | null, now: Micros): PodDeletion {
  let grace = gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds;
  if (grace < 0) grace = 1;
  if (pod.spec.nodeName === "" || isTerminal(pod)) grace = 0;
  if (grace === 0) return { remove: true };
  const current = pod.metadata.deletionGracePeriodSeconds;
  // a second deletion may only shorten the grace period
  if (pod.metadata.deletionTimestamp !== null && current !== null && current <= grace) return null;
  return {
    remove: false,
    pod: {
      ...pod,
      metadata: {
        ...pod.metadata,
        generation: pod.metadata.generation + 1,
        deletionTimestamp: now,
        deletionGracePeriodSeconds: grace,
      },
    },
  };
}
