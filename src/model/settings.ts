/**
 * The settings of a cluster, resolved: every default written out. The scenario loader makes them; components get the
 * part that concerns them.
 */

import type { Distribution } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import type { AddressRange } from "./address.js";
import type { Minor } from "./kubernetes-version.js";

export interface NodePool {
  readonly name: string;
  readonly count: number;
  /** Zones are given to the pool's nodes in turn. */
  readonly zones: readonly string[];
  /** Millicores, bytes, pods. */
  readonly capacity: { readonly cpu: number; readonly memory: number; readonly pods: number };
}

/** Delays that Kubernetes does not decide (one way where they are network delays). */
export interface Delays {
  readonly sameNode: Micros;
  readonly sameZone: Micros;
  readonly crossZone: Micros;
  /** From a write's commit to its arrival at one watching process. */
  readonly watchDelivery: Distribution;
  /** From sending a write to its reply; it is committed half way. */
  readonly apiWrite: Distribution;
  readonly sandboxCreation: Distribution;
  readonly sandboxRemoval: Distribution;
  readonly imagePull: Distribution;
}

export interface KubeProxySettings {
  readonly mode: "iptables" | "nftables";
  readonly minSyncPeriod: Micros;
  readonly syncPeriod: Micros;
  /** `none`: a sync takes no time, so that only its order is left. Default modelled. Scenarios cannot ask for it. */
  readonly syncCost?: "modelled" | "none";
}

export interface CoreDnsSettings {
  readonly replicas: number;
  /** `ttl` of the kubernetes plugin, seconds. */
  readonly ttlSeconds: number;
  /** `cache`: cap in seconds for both classes; null without the plugin. */
  readonly cacheSeconds: number | null;
  /** `disable success|denial cluster.local` stands in the Corefile. */
  readonly cacheSkipsCluster: boolean;
  readonly lameduck: Micros;
}

export interface ClusterSettings {
  readonly minor: Minor;
  readonly podRange: AddressRange;
  readonly serviceRange: AddressRange;
  readonly nodeRange: AddressRange;
  readonly clusterDomain: string;
  readonly nodePools: readonly NodePool[];
  readonly delays: Delays;
  readonly kubeProxy: KubeProxySettings;
  readonly coreDns: CoreDnsSettings;
  readonly nodeMonitorGrace: Micros;
  readonly nodeMonitorPeriod: Micros;
  /** Endpoint changes of Services outside the scenario, cluster-wide, a second (Poisson). */
  readonly backgroundChangesPerSecond: number;
  /** Services and endpoints that exist beside the scenario's, for the cost of a sync. */
  readonly backgroundServices: number;
  readonly backgroundEndpoints: number;
}

/** What the program in a container does that Kubernetes cannot know. */
export interface WorkloadSettings {
  /** From container start to listening. */
  readonly listenAfter: Distribution;
  /** From listening to a succeeding readiness endpoint. */
  readonly readyAfter: Distribution;
  readonly serviceTime: Distribution;
  /** `finish`: stop listening, finish in-flight, exit. `exit`: end at once. `ignore`: serve until SIGKILL. */
  readonly onSigterm: SigtermBehaviour;
}

export type SigtermBehaviour = "finish" | "exit" | "ignore";
