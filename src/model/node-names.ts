/** Names and zones of the nodes that pools make: NAME-1, NAME-2, … with the pool's zones in turn. */
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
