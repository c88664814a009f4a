/** Nodes that lose their power. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Topology } from "../model/topology.js";
import { FactKind } from "../model/trace.js";
import type { Network } from "../network/network.js";
import type { NodeHeartbeats } from "./node-heartbeats.js";
import type { WorkerNode } from "./worker-node.js";

export interface NodeCrashesOptions {
  readonly network: Network;
  readonly topology: Topology;
  /** By index. */
  readonly nodes: readonly WorkerNode[];
  /** They stop, and whoever listens learns of it. */
  readonly heartbeats: NodeHeartbeats;
  /** Ends the programs of a node without a word. */
  readonly powerOff: (nodeIndex: number, fact: FactId) => void;
}

export class NodeCrashes {
  /** Moment of each node's crash, by node index. */
  readonly crashedAt = new Map<number, Micros>();

  constructor(private readonly options: NodeCrashesOptions) {}

  /** Power off, because of `cause`; false when the node is down already. */
  crash(name: string, cause: FactId): boolean {
    const { network, topology, nodes, heartbeats, powerOff } = this.options;
    const node = nodes[topology.indexOf(name)];
    if (node === undefined || !node.context.alive) return false;
    const { context, place, dataPlane, lease } = node;
    const fact = context.record(FactKind.nodeCrashed, `Node/${name}`, "", cause);
    context.because(fact);
    this.crashedAt.set(place.index, context.now);
    network.powerOff(place, context.now, fact);
    dataPlane.crash(context.now);
    lease.stop(context.now);
    context.crash();
    powerOff(place.index, fact);
    heartbeats.fallSilent(name);
    return true;
  }
}
