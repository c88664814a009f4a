/**
 * Scaling a Deployment while a rollout is under way (pkg/controller/deployment/sync.go `scale`, util/deployment_util.go
 * `GetProportion`): each ReplicaSet with pods keeps its share, and the largest gets what rounding leaves over.
 */

export interface SizedReplicaSet {
  readonly replicas: number;
  /** Replicas and surge of the Deployment when this ReplicaSet was last scaled. */
  readonly maxReplicas: number;
}

/**
 * New sizes of the ReplicaSets that have pods, in the order given, oldest first. `allowed` is
 * replicas + maxSurge, 0 for a Deployment of 0 replicas.
 */
export function scaleProportionally(allowed: number, active: readonly SizedReplicaSet[]): number[] {
  const sizes = active.map((each) => each.replicas);
  const change = allowed - sizes.reduce((sum, size) => sum + size, 0);
  if (change === 0) return sizes;
  const order = active.map((_, i) => i);
  // of equals the newer grows first and the older shrinks first
  order.sort((x, y) => (sizes[y] ?? 0) - (sizes[x] ?? 0) || (change > 0 ? y - x : x - y));
  let done = 0;
  for (const i of order) {
    const share = proportionOf(active[i] as SizedReplicaSet, allowed, change - done);
    sizes[i] = (sizes[i] ?? 0) + share;
    done += share;
  }
  const largest = order[0];
  if (largest !== undefined) sizes[largest] = Math.max(0, (sizes[largest] ?? 0) + change - done);
  return sizes;
}

function proportionOf({ replicas, maxReplicas }: SizedReplicaSet, allowed: number, left: number): number {
  if (allowed === 0) return Math.max(-replicas, left);
  if (left === 0 || maxReplicas === 0) return 0;
  const share = Math.round((replicas * allowed) / maxReplicas) - replicas;
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
}
