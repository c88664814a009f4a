/**
 * The Kubernetes objects that the simulator models, as immutable values with their defaults filled in.
 *
 * Names follow the API; what is not modelled is not here. Times are microseconds of simulated time; where the API keeps
 * whole seconds (condition times), the writer truncates. Objects are never mutated: a write makes a new value.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";
import type { Kind } from "./kind.js";
import type { LabelSelector, Labels } from "./labels.js";
import type { Metadata } from "./metadata.js";
import type { Pod, PodTemplate, Protocol, Taint } from "./pod.js";

export { KINDS, type Kind } from "./kind.js";
export { type Metadata, newMetadata, type OwnerReference } from "./metadata.js";
export * from "./pod.js";

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
    /** Pods that are being deleted and have not ended; 0 in versions that do not count them. */
    readonly terminating: number;
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
  readonly status: {
    readonly replicas: number;
    readonly ready: number;
    readonly available: number;
    /** As for a Deployment. */
    readonly terminating: number;
  };
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

/** The objects of one kind, in the order given. */
export function objectsOf<K extends Kind>(objects: readonly ApiObject[], kind: K): ObjectOfKind[K][] {
  return objects.filter((each): each is ObjectOfKind[K] => each.kind === kind);
}

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
