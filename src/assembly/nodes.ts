/** The nodes of a scenario: names, zones, addresses, and their API objects. */
import type { AddressRange } from "../model/address.js";
import { nodeLabels } from "../model/node-labels.js";
import { plannedNodes } from "../model/node-names.js";
import { type Node, newMetadata } from "../model/objects.js";
import type { ClusterSettings, NodePool } from "../model/settings.js";
import type { NodeInfo } from "../model/topology.js";

/** Offset of the first node's address in the node range; gateways and the like come before. */
const FIRST_NODE = 10;

/** Nodes of all pools in order, with addresses from the node range. */
export function nodeInfos(settings: ClusterSettings): NodeInfo[] {
  return plannedNodes(settings.nodePools).map(({ name, zone, pool }, index) => ({
    index,
    name,
    zone,
    pool: pool.name,
    address: settings.nodeRange.first + FIRST_NODE + index,
  }));
}

/** The API object of a node, Ready. */
export function nodeObject(info: NodeInfo, pool: NodePool, podRange: AddressRange): Node {
  const labels = nodeLabels({ name: info.name, zone: info.zone, pool });
  return {
    kind: "Node",
    metadata: newMetadata("", info.name, labels),
    spec: { podCIDR: podRange.text, taints: pool.taints ?? [], unschedulable: false },
    capacity: pool.capacity,
    status: { ready: "True", lastTransitionTime: 0 },
  };
}
