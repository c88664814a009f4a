/** The heartbeats of a cluster's nodes: the renewals of their leases, and the silence of those that renew none for a while. */
import type { Micros } from "../engine/duration.js";
import type { Heartbeats } from "../model/heartbeat.js";
import type { Topology } from "../model/topology.js";
import type { LeaseClock } from "../node/lease.js";
import type { WorkerNode } from "./worker-node.js";

export class NodeHeartbeats implements Heartbeats {
  private readonly listeners: ((node: string) => void)[] = [];

  /** `nodes` by their index in the topology. */
  constructor(
    private readonly topology: Topology,
    private readonly nodes: readonly WorkerNode[],
  ) {}

  lastRenewal(node: string, now: Micros): Micros {
    return this.leaseOf(node)?.renewedBefore(now) ?? Number.NEGATIVE_INFINITY;
  }

  nextRenewal(node: string, time: Micros): Micros {
    return this.leaseOf(node)?.renewedAfter(time) ?? Number.POSITIVE_INFINITY;
  }

  onSilence(listener: (node: string) => void): void {
    this.listeners.push(listener);
  }

  /** For whoever ends a node's kubelet, or has cut its session, because of the current cause. */
  fallSilent(node: string): void {
    for (const listener of this.listeners) listener(node);
  }

  private leaseOf(node: string): LeaseClock | null {
    return this.nodes[this.topology.indexOf(node)]?.lease ?? null;
  }
}
