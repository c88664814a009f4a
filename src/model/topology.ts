/** Nodes by index: names are for people and draws, indices for the request path. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";

export interface NodeInfo {
  readonly index: number;
  readonly name: string;
  readonly zone: string;
  readonly pool: string;
  readonly address: Address;
}

/** Index of the source of traffic from outside the cluster. */
export const OUTSIDE = -1;

export interface Topology {
  readonly nodes: readonly NodeInfo[];
  indexOf(name: string): number;
  /** One-way delay between two nodes; OUTSIDE counts as another zone. */
  oneWay(from: number, to: number): Micros;
}
