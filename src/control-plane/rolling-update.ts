/**
 * One step of a rolling update (pkg/controller/deployment/rolling.go and util/deployment_util.go).
 *
 * A step either sets the size of the new ReplicaSet or lowers old ones, never both. Counts are what the specs want and
 * what the statuses report as available; terminating pods count nowhere, so that more processes than
 * replicas + maxSurge may run.
 */
import type { RollingUpdate } from "../model/objects.js";

/** A ReplicaSet as the rollout sees it: wanted and available pods. */
export interface Scale {
  readonly replicas: number;
  readonly available: number;
}

export type RolloutStep =
  | { readonly kind: "scale-new"; readonly replicas: number }
  /** Sizes of the old ReplicaSets, in the order given. */
  | { readonly kind: "scale-old"; readonly replicas: readonly number[] }
  | { readonly kind: "none" };

export interface Fenceposts {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/**
 * Percentages of `replicas`: maxSurge is rounded up, maxUnavailable down; when both come out as 0, maxUnavailable is 1.
 * maxUnavailable is at most `replicas`.
 */
export function resolveFenceposts(rollingUpdate: RollingUpdate, replicas: number): Fenceposts {
  const maxSurge = resolve(rollingUpdate.maxSurge, replicas, true);
  const maxUnavailable = resolve(rollingUpdate.maxUnavailable, replicas, false);
  const stuck = maxSurge === 0 && maxUnavailable === 0;
  return { maxSurge, maxUnavailable: Math.min(replicas, stuck ? 1 : maxUnavailable) };
}

/** `old` from the oldest to the newest. A new ReplicaSet that does not exist counts as one of size 0. */
export function nextRollingUpdateStep(
  replicas: number,
  fenceposts: Fenceposts,
  newest: Scale,
  old: readonly Scale[],
): RolloutStep {
  const total = old.reduce((sum, each) => sum + each.replicas, newest.replicas);
  const wanted = sizeOfNew(replicas, fenceposts.maxSurge, newest.replicas, total);
  if (wanted !== newest.replicas) return { kind: "scale-new", replicas: wanted };
  const sizes = sizesOfOld(replicas - fenceposts.maxUnavailable, newest, old, total);
  return sizes.some((size, i) => size !== old[i]?.replicas) ? { kind: "scale-old", replicas: sizes } : { kind: "none" };
}

/** Size of the new ReplicaSet: as much as replicas and surge allow. */
export function sizeOfNew(replicas: number, maxSurge: number, current: number, total: number): number {
  if (current >= replicas) return replicas;
  return current + Math.max(0, Math.min(replicas + maxSurge - total, replicas - current));
}

function sizesOfOld(minAvailable: number, newest: Scale, old: readonly Scale[], total: number): number[] {
  const sizes = old.map((each) => each.replicas);
  let removable = total - minAvailable - (newest.replicas - newest.available);
  if (removable <= 0) return sizes;
  // pods that serve nobody go first, and cost no availability
  for (const [i, each] of old.entries()) {
    const unhealthy = Math.max(0, Math.min(removable, each.replicas - each.available));
    sizes[i] = each.replicas - unhealthy;
    removable -= unhealthy;
  }
  let spare = old.reduce((sum, each) => sum + each.available, newest.available) - minAvailable;
  for (const [i, size] of sizes.entries()) {
    const removed = Math.max(0, Math.min(size, spare));
    sizes[i] = size - removed;
    spare -= removed;
  }
  return sizes;
}

function resolve(value: number | string, replicas: number, up: boolean): number {
  if (typeof value === "number") return value;
  const percent = Number.parseInt(value, 10);
  return up ? Math.ceil((percent * replicas) / 100) : Math.floor((percent * replicas) / 100);
}
