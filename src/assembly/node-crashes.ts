/** Nodes that lose their power, and what the control plane notices of it: heartbeats that do not come. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Heartbeats } from "../model/heartbeat.js";
import type { Topology } from "../model/topology.js";
import { FactKind } from "../model/trace.js";
import type { Network } from "../network/network.js";
import type { WorkerNode } from "./worker-node.js";

export interface NodeCrashesOptions {
  readonly network: Network;
  readonly topology: Topology;
  /** By index. */
  readonly nodes: readonly WorkerNode[];
  /** Ends the programs of a node without a word. */
  readonly powerOff: (nodeIndex: number, fact: FactId) => void;
}

export class NodeCrashes implements Heartbeats {
  /** Moment of each node's crash, by node index. */
  readonly crashedAt = new Map<number, Micros>();
  private readonly listeners: ((node: string) => void)[] = [];

  constructor(private readonly options: NodeCrashesOptions) {}

  /** Power off, because of `cause`; false when the node is down already. */
  crash(name: string, cause: FactId): boolean {
    const { network, topology, nodes, powerOff } = this.options;
    const node = nodes[topology.indexOf(name)];
    if (node === undefined || !node.context.alive) return false;
    const { context, place, dataPlane } = node;
    const fact = context.record(FactKind.nodeCrashed, `Node/${name}`, "", cause);
    context.because(fact);
    this.crashedAt.set(place.index, context.now);
    network.powerOff(place, context.now, fact);
    dataPlane.crash(context.now);
    context.crash();
    powerOff(place.index, fact);
    for (const listener of this.listeners) listener(name);
    return true;
  }

  lastRenewal(node: string, now: Micros): Micros {
    const { topology, nodes } = this.options;
    const index = topology.indexOf(node);
    const crashedAt = this.crashedAt.get(index) ?? Number.POSITIVE_INFINITY;
    return nodes[index]?.lease.renewedBefore(Math.min(now, crashedAt)) ?? Number.NEGATIVE_INFINITY;
  }

  onSilence(listener: (node: string) => void): void {
    this.listeners.push(listener);
  }
}
