/** Names, zones and labels of the nodes that pools make: NAME-1, NAME-2, … with the pool's zones in turn. */
import type { Labels } from "./labels.js";
import type { NodePool } from "./settings.js";

export interface PlannedNode {
  readonly name: string;
  readonly zone: string;
  readonly pool: NodePool;
}

export function plannedNodes(pools: readonly NodePool[]): readonly PlannedNode[] {
  return pools.flatMap((pool) =>
    Array.from({ length: pool.count }, (_, index) => ({
      name: `${pool.name}-${index + 1}`,
      zone: pool.zones[index % pool.zones.length] ?? "",
      pool,
    })),
  );
}

/** The labels that every kubelet gives its node, that of the zone, which cloud providers add, and one for the pool. */
export function nodeLabels(name: string, zone: string, pool: string): Labels {
  return {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/zone": zone,
    "kubechurn.dev/pool": pool,
  };
}
