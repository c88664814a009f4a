/** The running parts of a cluster, as churn actions reach them. */
import type { Simulation } from "../engine/simulation.js";
import type { Component, ComponentReference, Components } from "../model/cluster.js";
import type { Topology } from "../model/topology.js";
import type { DnsServers } from "./dns-servers.js";
import type { NodeCrashes } from "./node-crashes.js";
import type { WorkerNode } from "./worker-node.js";

export interface RunningParts {
  readonly simulation: Simulation;
  readonly topology: Topology;
  /** By index. */
  readonly nodes: readonly WorkerNode[];
  readonly crashes: NodeCrashes;
  readonly dnsServers: DnsServers;
}

type Finder = (parts: RunningParts, reference: ComponentReference) => Component | null;

/** Components that are no process of a node, by their kind. A new one is a row here. */
const FINDERS: Readonly<Record<string, Finder>> = {
  node: ({ crashes, simulation }, { node = "" }) => ({
    stop: () => crashes.crash(node, simulation.cause),
    start: () => {},
  }),
  container: ({ nodes }, { pod = "", container = "" }) => ({
    stop: () => nodes.some(({ kubelet }) => kubelet.crashContainer(pod, container)),
    // the kubelet does
    start: () => {},
  }),
  "readiness-endpoint": ({ nodes }, { pod = "", container = "" }) => ({
    stop: () => nodes.some(({ kubelet }) => kubelet.failProbe(pod, container, true)),
    start: () => {
      nodes.some(({ kubelet }) => kubelet.failProbe(pod, container, false));
    },
  }),
  "upstream-dns": ({ dnsServers }) => ({
    stop: () => {
      dnsServers.outside.setDown(true);
      return true;
    },
    start: () => dnsServers.outside.setDown(false),
  }),
};

export class RunningComponents implements Components {
  constructor(private readonly parts: RunningParts) {}

  find(reference: ComponentReference): Component | null {
    const { component, node = "" } = reference;
    const finder = FINDERS[component];
    if (finder !== undefined) return finder(this.parts, reference);
    return this.parts.nodes[this.parts.topology.indexOf(node)]?.components.get(component) ?? null;
  }

  configure(component: string, text: string): void {
    if (component !== "coredns") throw new Error(`${component} has no configuration that can be changed`);
    this.parts.dnsServers.changeCorefile(text);
  }
}
