/**
 * What a churn action may touch, and nothing else: the API as kubectl sees it, running containers, nodes.
 */
import type { Context } from "../engine/context.js";
import type { Micros } from "../engine/duration.js";
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

/** How something is ended: in order (SIGTERM), or at once (SIGKILL, an out-of-memory kill, a power cut). */
export type ProcessStop = "graceful" | "kill";

/** Something that runs in the cluster and can be ended. Who is meant is looked up at each call, not once. */
export interface Component {
  /**
   * Ends it now, because of the current cause; false when nothing runs. Where several may keep the same thing from
   * running, each that stopped it has to start it. Whoever knows already that this will be at `until` says so: what lasts
   * a known time may be decided as a whole, and `start` has nothing left to do then. Left out: nobody knows.
   */
  stop(how: ProcessStop, until?: Micros): boolean;
  /** Starts it again now. Nothing happens while it runs, when what it runs on is down, or when somebody else starts it. */
  start(): void;
}

/** Which component is meant. Of the places, those are given that its kind has. */
export interface ComponentReference {
  /** Its kind: "kube-proxy", "node", "container". */
  readonly component: string;
  /** Name of the node that it runs on, or is. */
  readonly node?: string;
  /** "namespace/name" of the pod that it belongs to. */
  readonly pod?: string;
  readonly container?: string;
}

/** Running parts of the cluster. */
export interface Components {
  /** Null when the cluster has no such component. */
  find(reference: ComponentReference): Component | null;
  /** Replaces the configuration that processes of a kind read: the Corefile in the ConfigMap of "coredns". It was checked. */
  configure(component: string, text: string): void;
}
