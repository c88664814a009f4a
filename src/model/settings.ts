/**
 * The settings of a cluster, resolved: every default written out. The scenario loader makes them; components get the
 * part that concerns them.
 */

import type { Distribution } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import type { Address, AddressRange } from "./address.js";
import type { Minor, UdpConntrackMode } from "./kubernetes-version.js";
import type { Labels } from "./labels.js";
import type { Taint } from "./pod.js";

export interface NodePool {
  readonly name: string;
  readonly count: number;
  /** Zones are given to the pool's nodes in turn. */
  readonly zones: readonly string[];
  /** Millicores, bytes, pods. */
  readonly capacity: { readonly cpu: number; readonly memory: number; readonly pods: number };
  /** Beside those that every node has (node-labels.ts). Left out: none. */
  readonly labels?: Labels;
  /** Left out: none. */
  readonly taints?: readonly Taint[];
}

/** Delays that Kubernetes does not decide (one way where they are network delays). */
export interface Delays {
  readonly sameNode: Micros;
  readonly sameZone: Micros;
  readonly crossZone: Micros;
  /** From a write's commit to its arrival at one watching process. */
  readonly watchDelivery: Distribution;
  /** From sending a write to its reply; it is committed after 95 % of it. */
  readonly apiWrite: Distribution;
  /** Of a pod with volumes: from its first sync to the creation of its sandbox. */
  readonly volumeMount: Distribution;
  readonly sandboxCreation: Distribution;
  readonly sandboxRemoval: Distribution;
  readonly imagePull: Distribution;
}

export interface KubeProxySettings {
  /** Name of a mode in the list of modes (node/service-proxy/kube-proxy/modes/modes.ts). */
  readonly mode: string;
  readonly minSyncPeriod: Micros;
  readonly syncPeriod: Micros;
  /** `none`: a sync takes no time, so that only its order is left. Default modelled. Scenarios cannot ask for it. */
  readonly syncCost?: "modelled" | "none";
  /** Which UDP conntrack entries a sync deletes. Default by version. */
  readonly udpConntrack?: UdpConntrackMode;
}

/** The dns-autoscaler add-on (cluster-proportional-autoscaler, linear mode). */
export interface DnsAutoscalerSettings {
  readonly coresPerReplica: number;
  readonly nodesPerReplica: number;
  /** At least two replicas when there is more than one node. */
  readonly preventSinglePointFailure: boolean;
  readonly min: number;
  /** Null: no upper bound. */
  readonly max: number | null;
}

export interface CoreDnsSettings {
  readonly replicas: number;
  /** Text of the Corefile: the user's, or kubeadm's with the typed options. It has been checked. */
  readonly corefile: string;
  /** The files beside it, by absolute path; left out: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** Environment of the container, for the variables of the Corefile. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the Corefile was made of; null when the user gave one. */
  readonly options: CoreDnsOptions | null;
  /** Queries that one replica works off in a second, one after the other. Null or left out means no limit. */
  readonly queriesPerSecond?: number | null;
  /** Queries that wait at most; datagrams beyond are lost. Left out: 1,000. */
  readonly queueCapacity?: number;
}

/** What a Corefile of kubeadm can differ in. */
export interface CoreDnsOptions {
  /** `ttl` of the kubernetes plugin, seconds. */
  readonly ttlSeconds: number;
  /** `cache`: cap in seconds for both classes; null without the plugin. */
  readonly cacheSeconds: number | null;
  /** `disable success` and `disable denial` for the cluster domain stand in the Corefile. */
  readonly cacheSkipsCluster: boolean;
  /** `lameduck` of the health plugin. */
  readonly lameduck: Micros;
}

/** The resolv.conf of every node, which pods get by their dnsPolicy and CoreDNS forwards to. */
export interface NodeResolvConf {
  readonly nameservers: readonly Address[];
  readonly search: readonly string[];
  /** As in the file: "rotate", "timeout:2". */
  readonly options: readonly string[];
}

/** The DNS servers outside the cluster. Names are lower case, without trailing dot; every other name does not exist. */
export interface UpstreamDnsSettings {
  readonly records: ReadonlyMap<string, readonly Address[]>;
  /** Name → name. */
  readonly aliases: ReadonlyMap<string, string>;
  /** From a question to its answer, as the cluster sees it. */
  readonly latency: Micros;
}

export interface ClusterSettings {
  readonly minor: Minor;
  readonly podRange: AddressRange;
  readonly serviceRange: AddressRange;
  readonly nodeRange: AddressRange;
  readonly clusterDomain: string;
  readonly nodeResolvConf: NodeResolvConf;
  /** Left out: they know no name, and answer after 5 ms. */
  readonly upstreamDns?: UpstreamDnsSettings;
  readonly nodePools: readonly NodePool[];
  readonly delays: Delays;
  readonly kubeProxy: KubeProxySettings;
  readonly coreDns: CoreDnsSettings;
  /** Left out or null: no autoscaler. */
  readonly dnsAutoscaler?: DnsAutoscalerSettings | null;
  /** NodeLocal DNSCache runs on every node. Left out: it does not. */
  readonly nodeLocalDns?: boolean;
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
