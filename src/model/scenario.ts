/**
 * A scenario, resolved: every default written out, every reference checked. The loader makes it, `simulate` runs it.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";
import type { AddressOrder } from "./dns.js";
import type { PodSelector } from "./labels.js";
import type { ApiObject } from "./objects.js";
import type { ClusterSettings, SigtermBehaviour, WorkloadSettings } from "./settings.js";
import type { WorkloadReference } from "./workload.js";

export type { PodSelector } from "./labels.js";

/** How many of the candidates are taken (the modes of Chaos Mesh). */
export type SelectionMode = "one" | "all" | "fixed" | "fixed-percent" | "random-max-percent";

export interface Selection {
  readonly mode: SelectionMode;
  /** Count for `fixed`, percentage for the percent modes; ignored otherwise. */
  readonly value: number;
}

/** Whom a churn entry is about. What else a target has, its kind knows (churn/targets). */
export interface ChurnTarget {
  readonly kind: string;
}

/** One entry of `churn`, resolved. */
export interface ChurnEntry {
  /** Unique name; given, or made from action and target ("rollout-web", "delete-pod-2"). */
  readonly name: string;
  readonly action: string;
  /** First (or only) time. */
  readonly at: Micros;
  /** Repetition: null for a single event. `until` is exclusive. */
  readonly every: { readonly period: Micros; readonly until: Micros; readonly jitter: Micros } | null;
  readonly target: ChurnTarget;
  /** Parameters of the action, parsed by its own schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Where requests go. `text` is what the user wrote; it is the `target` column. */
export type TrafficTarget =
  | {
      /** A name that the client looks up: "database", "database.production", "web.default.svc.cluster.local". */
      readonly kind: "name";
      readonly text: string;
      readonly host: string;
      /** Null: the only port of the Service that answers. */
      readonly port: number | null;
      /** The Service that the name means for these clients, as "namespace/name"; null when none does (a warning). */
      readonly service: string | null;
    }
  | {
      /** A literal address: a ClusterIP or pod address, possibly one that nobody has. */
      readonly kind: "address";
      readonly text: string;
      readonly address: Address;
      readonly port: number;
    }
  | {
      /** The address of one pod of a workload, learned once and kept. */
      readonly kind: "pod-of";
      readonly text: string;
      readonly workload: WorkloadReference;
      /** Index in the order of pod names at `learnedAt`. */
      readonly index: number;
      readonly port: number;
      readonly learnedAt: Micros;
    };

/** Who sends. */
export type TrafficSource =
  | { readonly kind: "pods"; readonly selector: PodSelector }
  /** One client pod of our own on each node, named client-<node>, in this namespace. */
  | { readonly kind: "per-node"; readonly namespace: string }
  /** A host outside the cluster: it has no kube-proxy, so a ClusterIP means nothing to it. */
  | { readonly kind: "outside" };

export interface ClientSettings {
  readonly connectTimeout: Micros;
  /** For the whole attempt, name lookup included. */
  readonly requestTimeout: Micros;
  /** Upper bound of SYN retransmissions with a linear timeout (tcp_syn_linear_timeouts). Default 4. */
  readonly synLinearTimeouts: number;
  /** Name of a resolver in the list of resolvers (dns/client/resolver/resolvers.ts). Default glibc. */
  readonly resolver: string;
  readonly addressOrder: AddressOrder;
  /** Probability that the second of two questions that leave one socket at once loses the conntrack race. Default 0. */
  readonly raceLoss?: number;
  readonly cache: ClientCacheSettings;
  readonly connection: ConnectionSettings;
}

/** Null for options that the cache does not have; "for ever" is Infinity. */
export interface ClientCacheOptions {
  /** How long addresses are kept, whatever their TTL. */
  readonly ttl: Micros | null;
  /** How long failures are kept. */
  readonly negativeTtl: Micros | null;
  /** For how much longer addresses serve when they cannot be looked up again. */
  readonly staleTtl: Micros | null;
  /** nginx: resolver valid; HAProxy: hold valid. */
  readonly valid: Micros | null;
  /** Envoy: period of refreshes; gRPC: least time between two lookups. */
  readonly refresh: Micros | null;
  /** The TTL decides instead. */
  readonly respectTtl: boolean | null;
}

/** A client cache with all of its options. */
export interface ClientCacheSettings extends ClientCacheOptions {
  /** Name of a client cache in its list (dns/client/cache/client-caches.ts). */
  readonly type: string;
}

/** No cache, and every option null. */
export const NO_CLIENT_CACHE: ClientCacheSettings = {
  type: "none",
  ttl: null,
  negativeTtl: null,
  staleTtl: null,
  valid: null,
  refresh: null,
  respectTtl: null,
};

export interface ConnectionSettings {
  /** Name of a policy in the list of connection policies (traffic/connections/policies.ts). Default none. */
  readonly reuse: string;
  /** For held connections: one to the first address that accepts, or one to each address in turn. */
  readonly balance: "pick-first" | "round-robin";
  /** The server closes a held connection at this age, give or take 10 %; null: never. */
  readonly maxAge: Micros | null;
}

export interface TrafficEntry {
  readonly name: string;
  readonly from: TrafficSource;
  readonly to: TrafficTarget;
  /** Requests a second of the whole entry. */
  readonly rate: number;
  readonly arrival: "poisson" | "uniform";
  readonly client: ClientSettings;
}

export interface WorkloadEntry {
  /** Pods of this workload (null: matched by labels or by default). */
  readonly workload: WorkloadReference | null;
  readonly selector: PodSelector | null;
  readonly settings: WorkloadSettings;
  /** Settings of particular images, complete. */
  readonly images: Readonly<Record<string, WorkloadSettings>>;
}

export type RequestSampling =
  | { readonly kind: "none" | "failures" | "all" }
  | { readonly kind: "ratio"; readonly ratio: number };

/** One row of the table of assumptions, as used in this run. */
export interface AssumptionInUse {
  /** Path in the scenario that changes it, for instance "cluster.latency.watchDelivery"; "[]" stands for each entry of a list. */
  readonly path: string;
  /** The same as `--set` takes it: the index of an entry that can be changed stands in the brackets. */
  readonly set: string;
  readonly what: string;
  readonly value: string;
  readonly status: "source" | "fitted" | "assumed" | "measured";
  /** False when the user has set it. */
  readonly isDefault: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly seed: string;
  /** When arrivals stop; null: 30 s after the cluster has settled. */
  readonly duration: Micros | null;
  readonly warmup: Micros;
  readonly cluster: ClusterSettings;
  /** What the manifests define, in their order, and the namespaces that they use. */
  readonly objects: readonly ApiObject[];
  readonly workloads: readonly WorkloadEntry[];
  readonly defaultWorkload: WorkloadSettings;
  readonly traffic: readonly TrafficEntry[];
  readonly churn: readonly ChurnEntry[];
  readonly sampling: { readonly timelineInterval: Micros; readonly requests: RequestSampling };
  /** Every node is an observer, not only those that host clients. */
  readonly observeAll: boolean;
  readonly maxEvents: number;
  /** What the manifests put in front of Services and is not simulated, in words: "Ingress shop". */
  readonly inFront: readonly string[];
  readonly assumptions: readonly AssumptionInUse[];
}

/** The scenario with another SIGTERM behaviour for every workload. */
export function withSigterm(scenario: Scenario, onSigterm: SigtermBehaviour): Scenario {
  const change = (settings: WorkloadSettings): WorkloadSettings => ({ ...settings, onSigterm });
  return {
    ...scenario,
    defaultWorkload: change(scenario.defaultWorkload),
    workloads: scenario.workloads.map((entry) => ({
      ...entry,
      settings: change(entry.settings),
      images: Object.fromEntries(Object.entries(entry.images).map(([image, settings]) => [image, change(settings)])),
    })),
  };
}
