/**
 * Which pods of a ReplicaSet go first when it shrinks (pkg/controller/controller_utils.go `ActivePodsWithRanks`).
 */
import type { Micros } from "../engine/duration.js";
import type { Pod, PodPhase } from "../model/objects.js";

/** Annotation: pods with a lower cost (default 0) are deleted earlier. */
export const POD_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

export interface RankedPod {
  readonly pod: Pod;
  /** Active pods of the same owner's ReplicaSets on the pod's node, itself included. */
  readonly neighbours: number;
  /** Stands for the pod's UID: what decides between pods of similar age. */
  readonly uid: number;
}

const PHASES: readonly PodPhase[] = ["Pending", "Running"];

/** Orders pods, first to be deleted first. `now` decides which ages count as similar: those with the same log2. */
export function rankPodsForDeletion(pods: readonly RankedPod[], now: Micros): RankedPod[] {
  return [...pods].sort((x, y) => compare(x, y, now));
}

function compare(x: RankedPod, y: RankedPod, now: Micros): number {
  const [a, b] = [x.pod, y.pod];
  return (
    Number(a.spec.nodeName !== "") - Number(b.spec.nodeName !== "") ||
    PHASES.indexOf(a.status.phase) - PHASES.indexOf(b.status.phase) ||
    Number(a.status.ready.status) - Number(b.status.ready.status) ||
    deletionCost(a) - deletionCost(b) ||
    y.neighbours - x.neighbours ||
    (a.status.ready.status ? compareAge(x, y, now, readySince) : 0) ||
    restarts(b) - restarts(a) ||
    compareAge(x, y, now, createdAt) ||
    x.uid - y.uid ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

/** The younger first; pods whose ages have the same log2 by UID, and 0 only at the same instant. */
function compareAge(x: RankedPod, y: RankedPod, now: Micros, time: (pod: Pod) => Micros): number {
  const [tx, ty] = [time(x.pod), time(y.pod)];
  if (tx === ty) return 0;
  return ageBucket(now - tx) - ageBucket(now - ty) || x.uid - y.uid;
}

function readySince(pod: Pod): Micros {
  return pod.status.ready.lastTransitionTime;
}

function createdAt(pod: Pod): Micros {
  return pod.metadata.creationTimestamp;
}

/** The whole part of the age's log2 in nanoseconds; −1 for no age. */
function ageBucket(age: Micros): number {
  if (age <= 0) return -1;
  let bucket = 0;
  for (let rest = age * 1000; rest >= 2; rest /= 2) bucket++;
  return bucket;
}

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations[POD_DELETION_COST] ?? "0";
  return /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

function restarts(pod: Pod): number {
  return pod.status.containers.reduce((most, each) => Math.max(most, each.restartCount), 0);
}
