/**
 * What a churn action may touch, and nothing else: the API as kubectl sees it, running containers, nodes.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Kind, ObjectOfKind } from "./objects.js";
import type { Topology } from "./topology.js";
import type { PathRule } from "./verdict.js";

export interface Cluster {
  /** The context of churn: time, timers, draws, facts. Within an action its current cause is the churn fact. */
  readonly context: Context;
  readonly api: ClusterApi;
  readonly components: Components;
  readonly network: ClusterNetwork;
}

/** The wire between the nodes. */
export interface ClusterNetwork {
  readonly topology: Topology;
  /** The rule holds from now on, behind those that were added earlier. */
  addRule(rule: PathRule): void;
  removeRule(rule: PathRule): void;
}

/** The API server as kubectl sees it: reads are consistent, writes take the time of an API write. */
export interface ClusterApi {
  /** Objects of a kind at this instant, in the order of their keys. */
  list<K extends Kind>(kind: K): readonly ObjectOfKind[K][];
  get<K extends Kind>(kind: K, key: string): ObjectOfKind[K] | null;
  /** Applies `change` to the newest object; nothing happens when it is gone by then or `change` returns null. */
  patch<K extends Kind>(
    kind: K,
    key: string,
    detail: string,
    change: (object: ObjectOfKind[K]) => ObjectOfKind[K] | null,
  ): void;
  /** A pod is deleted gracefully (its own grace period) unless a grace period is given. */
  delete(kind: Kind, key: string, gracePeriodSeconds?: number): void;
}

/** How a process is ended: by SIGTERM, or by SIGKILL as an out-of-memory kill would. */
export type ProcessStop = "graceful" | "kill";

/** Running parts of the cluster. */
export interface Components {
  /** Kills the container's process at once, as an out-of-memory kill would; false when nothing runs there. */
  crashContainer(podKey: string, container: string): boolean;
  /** Makes the readiness endpoint of the container fail, or stop failing; false when nothing runs there. */
  failProbe(podKey: string, container: string, failing: boolean): boolean;
  /** The DNS servers outside the cluster fall silent, or answer again; each `true` needs a `false` of its own. */
  setUpstreamDown(down: boolean): void;
  /** Replaces the Corefile in the ConfigMap of CoreDNS; it was checked by the scenario loader. */
  changeCorefile(text: string): void;
  /** Power off: kubelet, kube-proxy and processes of the node end without a word. */
  crashNode(node: string, cause: FactId): void;
  /**
   * Ends kube-proxy on a node; the next process starts `downtime` later, lists everything and writes all rules. False
   * when none runs there. The rules in the kernel stay meanwhile.
   */
  restartKubeProxy(node: string, downtime: Micros): boolean;
  /**
   * Ends NodeLocal DNSCache on a node, by SIGTERM or by SIGKILL; the next process starts `downtime` later. False when none
   * runs there.
   */
  restartNodeLocalDns(node: string, stop: ProcessStop, downtime: Micros): boolean;
}
