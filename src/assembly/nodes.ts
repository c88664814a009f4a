/** The nodes of a scenario: names, zones, addresses, and their API objects. */
import type { AddressRange } from "../model/address.js";
import { type Node, newMetadata } from "../model/objects.js";
import type { ClusterSettings, NodePool } from "../model/settings.js";
import type { NodeInfo } from "../model/topology.js";

/** Nodes of all pools in order: "<pool>-<number from 1>"; zones are given out in turn within a pool. */
export function nodeInfos(settings: ClusterSettings): NodeInfo[] {
  const nodes: NodeInfo[] = [];
  for (const pool of settings.nodePools) {
    for (let i = 0; i < pool.count; i++) {
      nodes.push({
        index: nodes.length,
        name: `${pool.name}-${i + 1}`,
        zone: pool.zones[i % pool.zones.length] ?? "",
        pool: pool.name,
        address: settings.nodeRange.first + 10 + nodes.length,
      });
    }
  }
  return nodes;
}

/** The API object of a node, Ready. */
export function nodeObject(info: NodeInfo, pool: NodePool, podRange: AddressRange): Node {
  const labels = {
    "kubernetes.io/hostname": info.name,
    "topology.kubernetes.io/zone": info.zone,
    "kubechurn.dev/pool": info.pool,
  };
  return {
    kind: "Node",
    metadata: newMetadata("", info.name, labels),
    spec: { podCIDR: podRange.text, taints: [], unschedulable: false },
    capacity: pool.capacity,
    status: { ready: "True", lastTransitionTime: 0 },
  };
}
