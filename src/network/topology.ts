/** The nodes of a cluster and the delays between them. */
import type { Micros } from "../engine/duration.js";
import type { NodeInfo, Topology } from "../model/topology.js";
import { OUTSIDE } from "../model/topology.js";

export interface PathDelays {
  readonly sameNode: Micros;
  readonly sameZone: Micros;
  readonly crossZone: Micros;
}

export function createTopology(nodes: readonly NodeInfo[], delays: PathDelays): Topology {
  const indices = new Map(nodes.map((node) => [node.name, node.index]));
  const zones = nodes.map((node) => node.zone);
  return {
    nodes,
    indexOf: (name) => indices.get(name) ?? OUTSIDE,
    oneWay: (from, to) => {
      if (from === to) return delays.sameNode;
      return from >= 0 && to >= 0 && zones[from] === zones[to] ? delays.sameZone : delays.crossZone;
    },
  };
}
