/**
 * The Kubernetes objects that the simulator models, as immutable values with their defaults filled in.
 *
 * Names follow the API; what is not modelled is not here. Times are microseconds of simulated time; where the API keeps
 * whole seconds (condition times), the writer truncates. Objects are never mutated: a write makes a new value.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";
import type { LabelSelector, Labels } from "./labels.js";
import type { Metadata } from "./metadata.js";

export { type Metadata, newMetadata, type OwnerReference } from "./metadata.js";

export type Kind = "Pod" | "Node" | "Service" | "EndpointSlice" | "Deployment" | "ReplicaSet" | "Namespace";

/** Fixed order of kinds, wherever kinds are iterated. */
export const KINDS: readonly Kind[] = [
  "Namespace",
  "Node",
  "Service",
  "Deployment",
  "ReplicaSet",
  "Pod",
  "EndpointSlice",
];

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export type Protocol = "TCP" | "UDP";

/** core/v1 Probe: periods are seconds. How it asks is not modelled; whom it asks is (the container's process). */
export interface Probe {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  /** Requests in millicores and bytes. */
  readonly cpu: number;
  readonly memory: number;
  readonly readinessProbe: Probe | null;
  /** `lifecycle.preStop.sleep.seconds`; null without a hook. */
  readonly preStopSleepSeconds: number | null;
}

export interface Toleration {
  readonly key: string;
  readonly operator: "Exists" | "Equal";
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: "" | TaintEffect;
  /** Seconds that a NoExecute taint is tolerated; null: for ever. */
  readonly tolerationSeconds: number | null;
}

export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  /** Empty until the scheduler has bound the pod. */
  readonly nodeName: string;
  readonly nodeSelector: Labels;
  readonly tolerations: readonly Toleration[];
  readonly terminationGracePeriodSeconds: number;
  readonly hostname: string;
  readonly subdomain: string;
  readonly hostNetwork: boolean;
  readonly dnsPolicy: DnsPolicy;
  /** Added to what the policy gives. Left out: nothing is added. */
  readonly dnsConfig?: PodDnsConfig;
}

export type DnsPolicy = "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";

/** core/v1 PodDNSConfig. */
export interface PodDnsConfig {
  readonly nameservers: readonly Address[];
  readonly searches: readonly string[];
  /** `value` is null for an option without one, such as `rotate`. */
  readonly options: readonly { readonly name: string; readonly value: string | null }[];
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

export interface PodCondition {
  readonly status: boolean;
  /** Whole seconds, as the API keeps them, in microseconds. */
  readonly lastTransitionTime: Micros;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: "waiting" | "running" | "terminated";
}

export interface PodStatus {
  readonly phase: PodPhase;
  /** Null until the sandbox was reported, and again never: it stays for the pod's life. */
  readonly podIP: Address | null;
  readonly ready: PodCondition;
  readonly scheduled: PodCondition;
  readonly containers: readonly ContainerStatus[];
  /** Why the pod is Pending ("no node has room …") or was ended; empty otherwise. */
  readonly reason: string;
}

export interface Pod {
  readonly kind: "Pod";
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

export interface PodTemplate {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
}

export interface NodeStatus {
  readonly ready: "True" | "False" | "Unknown";
  readonly lastTransitionTime: Micros;
}

export interface Node {
  readonly kind: "Node";
  readonly metadata: Metadata;
  readonly spec: { readonly podCIDR: string; readonly taints: readonly Taint[]; readonly unschedulable: boolean };
  readonly capacity: { readonly cpu: number; readonly memory: number; readonly pods: number };
  readonly status: NodeStatus;
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: number | string;
  readonly protocol: Protocol;
}

export interface Service {
  readonly kind: "Service";
  readonly metadata: Metadata;
  readonly spec: {
    /** Null for a Service without selector. */
    readonly selector: Labels | null;
    readonly ports: readonly ServicePort[];
    /** Null until allocated; "None" for a headless Service. */
    readonly clusterIP: Address | "None" | null;
    readonly publishNotReadyAddresses: boolean;
    /** The target of a Service of type ExternalName, which has neither address nor endpoints. Null or left out: no such. */
    readonly externalName?: string | null;
  };
}

export interface Endpoint {
  readonly address: Address;
  /** Name of the pod behind it (targetRef). */
  readonly pod: string;
  readonly nodeName: string;
  readonly zone: string;
  readonly hostname: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface EndpointPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface EndpointSlice {
  readonly kind: "EndpointSlice";
  /** `metadata.owner` is the Service. */
  readonly metadata: Metadata;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface RollingUpdate {
  /** A count, or a percentage such as "25%". */
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
}

export interface Deployment {
  readonly kind: "Deployment";
  readonly metadata: Metadata;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds: number;
    /** Null for the strategy Recreate. */
    readonly rollingUpdate: RollingUpdate | null;
  };
  readonly status: {
    readonly replicas: number;
    readonly updated: number;
    readonly ready: number;
    readonly available: number;
  };
}

export interface ReplicaSet {
  readonly kind: "ReplicaSet";
  readonly metadata: Metadata;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly minReadySeconds: number;
  };
  readonly status: { readonly replicas: number; readonly ready: number; readonly available: number };
}

export interface Namespace {
  readonly kind: "Namespace";
  readonly metadata: Metadata;
}

export interface ObjectOfKind {
  readonly Pod: Pod;
  readonly Node: Node;
  readonly Service: Service;
  readonly EndpointSlice: EndpointSlice;
  readonly Deployment: Deployment;
  readonly ReplicaSet: ReplicaSet;
  readonly Namespace: Namespace;
}
export type ApiObject = ObjectOfKind[Kind];

/** Key of an object among those of its kind: "namespace/name", or "name" for kinds without namespace. */
export function keyOf(object: ApiObject): string {
  return objectKey(object.metadata.namespace, object.metadata.name);
}

export function objectKey(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** Stable name of an object over all kinds, "kind/namespace/name": it keys draws and names facts. */
export function entityOf(object: ApiObject): string {
  return `${object.kind}/${keyOf(object)}`;
}

/** Status of a pod that was only just created. */
export const NEW_POD_STATUS: PodStatus = {
  phase: "Pending",
  podIP: null,
  ready: { status: false, lastTransitionTime: 0 },
  scheduled: { status: false, lastTransitionTime: 0 },
  containers: [],
  reason: "",
};

/** Succeeded or Failed: the pod's containers will not run again. */
export function isTerminal(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}
