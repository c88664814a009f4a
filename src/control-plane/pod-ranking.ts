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

/**
 * Orders pods, first to be deleted first. `now` decides which ages count as similar: those with the same log2.
 *
 * Of ready pods, upstream compares two that became ready at the same instant by restarts, creation and UID, and two of
 * similar age by UID alone, which can go round in a circle; what a sort makes of that depends on the sort. Here pods of one
 * instant share out their UIDs among themselves in the order of the former, and stand with those against all others. Where
 * upstream's comparison has an order, this is it.
 */
export function rankPodsForDeletion(pods: readonly RankedPod[], now: Micros): RankedPod[] {
  const uids = sharedOutUids(pods, now);
  return [...pods].sort(
    (x, y) =>
      compareStates(x.pod, y.pod) ||
      y.neighbours - x.neighbours ||
      (x.pod.status.ready.status ? compareReadiness(x, y, now, uids) : 0) ||
      compareTimeless(x, y, now),
  );
}

function compareStates(a: Pod, b: Pod): number {
  return (
    Number(a.spec.nodeName !== "") - Number(b.spec.nodeName !== "") ||
    PHASES.indexOf(a.status.phase) - PHASES.indexOf(b.status.phase) ||
    Number(a.status.ready.status) - Number(b.status.ready.status) ||
    deletionCost(a) - deletionCost(b)
  );
}

/** The one that became ready later first; of similar ages by the UID that each stands with. */
function compareReadiness(x: RankedPod, y: RankedPod, now: Micros, uids: ReadonlyMap<RankedPod, number>): number {
  return (
    ageBucket(now - readySince(x.pod)) - ageBucket(now - readySince(y.pod)) ||
    (uids.get(x) as number) - (uids.get(y) as number)
  );
}

/** What decides where readiness does not: restarts, then age, the younger first and those of similar age by UID. */
function compareTimeless(x: RankedPod, y: RankedPod, now: Micros): number {
  const [a, b] = [x.pod, y.pod];
  return (
    restarts(b) - restarts(a) ||
    ageBucket(now - createdAt(a)) - ageBucket(now - createdAt(b)) ||
    x.uid - y.uid ||
    compareNames(a.metadata.name, b.metadata.name)
  );
}

/** For each pod one of the UIDs of those that are like it up to the instant of their readiness, the first the smallest. */
function sharedOutUids(pods: readonly RankedPod[], now: Micros): ReadonlyMap<RankedPod, number> {
  const groups = new Map<string, RankedPod[]>();
  for (const ranked of pods) {
    const { spec, status } = ranked.pod;
    const state = [spec.nodeName !== "", status.phase, status.ready.status, deletionCost(ranked.pod)];
    const key = [...state, ranked.neighbours, readySince(ranked.pod)].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [ranked]);
    else group.push(ranked);
  }
  const shares = new Map<RankedPod, number>();
  for (const group of groups.values()) {
    const uids = group.map(({ uid }) => uid).sort((x, y) => x - y);
    group.sort((x, y) => compareTimeless(x, y, now));
    for (const [i, ranked] of group.entries()) shares.set(ranked, uids[i] as number);
  }
  return shares;
}

function compareNames(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
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
