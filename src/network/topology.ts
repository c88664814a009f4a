/** The places that every cluster has: its nodes, and what lies outside. */
import type { NodeInfo, Topology } from "../model/topology.js";
import { NodePlace, type PathDelays, ZonePlace } from "./place.js";

export interface ClusterTopology extends Topology {
  readonly nodes: readonly NodePlace[];
  readonly outside: ZonePlace;
}

export function createTopology(nodes: readonly NodeInfo[], delays: PathDelays): ClusterTopology {
  const indices = new Map(nodes.map((node) => [node.name, node.index]));
  return {
    nodes: nodes.map((node) => new NodePlace(node, delays)),
    outside: new ZonePlace("outside", null, delays),
    indexOf: (name) => indices.get(name) ?? -1,
  };
}
