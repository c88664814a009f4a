/** The running parts of a cluster, as churn actions reach them. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Components, ProcessStop } from "../model/cluster.js";
import type { Topology } from "../model/topology.js";
import type { DnsServers } from "./dns-servers.js";
import type { NodeCrashes } from "./node-crashes.js";
import type { WorkerNode } from "./worker-node.js";

export interface RunningParts {
  readonly topology: Topology;
  /** By index. */
  readonly nodes: readonly WorkerNode[];
  readonly crashes: NodeCrashes;
  readonly dnsServers: DnsServers;
}

export class RunningComponents implements Components {
  constructor(private readonly parts: RunningParts) {}

  crashContainer(podKey: string, container: string): boolean {
    return this.parts.nodes.some(({ kubelet }) => kubelet.crashContainer(podKey, container));
  }

  failProbe(podKey: string, container: string, failing: boolean): boolean {
    return this.parts.nodes.some(({ kubelet }) => kubelet.failProbe(podKey, container, failing));
  }

  crashNode(name: string, cause: FactId): void {
    this.parts.crashes.crash(name, cause);
  }

  restartKubeProxy(name: string, downtime: Micros): boolean {
    return this.node(name)?.restartKubeProxy(downtime) ?? false;
  }

  restartNodeLocalDns(name: string, stop: ProcessStop, downtime: Micros): boolean {
    return this.node(name)?.nodeLocalDns?.restart(stop, downtime) ?? false;
  }

  changeCorefile(text: string): void {
    this.parts.dnsServers.changeCorefile(text);
  }

  setUpstreamDown(down: boolean): void {
    this.parts.dnsServers.outside.setDown(down);
  }

  private node(name: string): WorkerNode | undefined {
    return this.parts.nodes[this.parts.topology.indexOf(name)];
  }
}
