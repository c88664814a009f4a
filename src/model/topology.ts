/** Nodes by index, as data and as places: names are for people and draws, indices for tables by node. */
import type { Address } from "./address.js";
import type { Place } from "./flow.js";

export interface NodeInfo {
  readonly index: number;
  readonly name: string;
  readonly zone: string;
  readonly pool: string;
  readonly address: Address;
}

export interface Topology {
  readonly nodes: readonly (NodeInfo & Place)[];
  /** Whatever is outside the cluster. */
  readonly outside: Place;
  /** Index of a node; −1 when there is none of this name. */
  indexOf(name: string): number;
}
