/** Objects for tests of controllers, with short defaults. */
import { parseAddress } from "../../src/model/address.js";
import type {
  Deployment,
  Endpoint,
  EndpointPort,
  EndpointSlice,
  Node,
  Pod,
  PodSpec,
  ReplicaSet,
  Service,
  Taint,
  Toleration,
} from "../../src/model/objects.js";
import {
  buildContainer,
  buildDeployment,
  buildEndpoint,
  buildNode,
  buildPod,
  buildPodSpec,
  buildPodTemplate,
  buildReplicaSet,
  buildService,
  buildSlice,
} from "../support/objects.js";

export const POD_SPEC: PodSpec = buildPodSpec({
  containers: [
    buildContainer({
      name: "web",
      image: "web:1",
      ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
      cpu: 100,
    }),
  ],
});

export function node(name: string, zone = "a"): Node {
  const capacity = { cpu: 64000, memory: 1e12, pods: 1000 };
  return buildNode(name, { labels: { "topology.kubernetes.io/zone": zone }, capacity });
}

export function service(name: string, selector: Record<string, string> | null = { app: name }): Service {
  return buildService(name, { selector, clusterIP: parseAddress("10.96.1.1") });
}

export interface PodOptions {
  readonly app?: string;
  readonly address?: string | null;
  readonly ready?: boolean;
  readonly phase?: Pod["status"]["phase"];
  readonly deleted?: boolean;
  readonly node?: string;
}

/** A running, ready pod on node "n1" at 10.244.1.1 unless told otherwise. */
export function pod(name: string, options: PodOptions = {}): Pod {
  const { app = "web", address = "10.244.1.1", ready = true, phase = "Running", deleted = false } = options;
  return buildPod(name, {
    labels: { app },
    change: { deletionTimestamp: deleted ? 1 : null },
    spec: { ...POD_SPEC, nodeName: options.node ?? "n1" },
    status: {
      phase,
      podIP: address === null ? null : parseAddress(address),
      ready: { status: ready, lastTransitionTime: 0 },
    },
  });
}

export function withReady(object: Pod, ready: boolean, time = 0): Pod {
  return { ...object, status: { ...object.status, ready: { status: ready, lastTransitionTime: time } } };
}

export function terminating(object: Pod, time = 1): Pod {
  return {
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: time, deletionGracePeriodSeconds: 30 },
  };
}

/** `count` endpoints of pods "p<n>" from `first` on. */
export function endpoints(first: number, count: number): Endpoint[] {
  return Array.from({ length: count }, (_, i) =>
    buildEndpoint({ address: 0x0af40000 + first + i, pod: `p${first + i}`, nodeName: "n1" }),
  );
}

export const HTTP: readonly EndpointPort[] = [{ name: "http", port: 8080, protocol: "TCP" }];

export function slice(name: string, contents: readonly Endpoint[], owner = "web"): EndpointSlice {
  return buildSlice(owner, name, contents, { labels: { "kubernetes.io/service-name": owner }, ports: HTTP });
}

export function deployment(name: string, replicas: number, options: Partial<Deployment["spec"]> = {}): Deployment {
  const labels = { app: name };
  return buildDeployment(name, { replicas, template: buildPodTemplate(labels, POD_SPEC), ...options }, { labels });
}

/** All of a value, so that a write to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

export interface UnboundPodOptions {
  readonly cpu?: number;
  readonly memory?: number;
  readonly nodeName?: string;
  readonly ready?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly replicaSet?: string;
}

export function podOf(name: string, options: UnboundPodOptions = {}): Pod {
  const {
    cpu = 100,
    memory = 100,
    nodeName = "",
    ready = false,
    labels = {},
    nodeSelector = {},
    tolerations = [],
  } = options;
  return buildPod(name, {
    labels,
    owner: options.replicaSet === undefined ? null : { kind: "ReplicaSet", name: options.replicaSet },
    spec: { containers: [buildContainer({ cpu, memory })], nodeName, nodeSelector, tolerations },
    status: { ready: { status: ready, lastTransitionTime: 0 } },
  });
}

export interface SizedNodeOptions {
  readonly cpu?: number;
  readonly memory?: number;
  readonly pods?: number;
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

export function nodeOf(name: string, options: SizedNodeOptions = {}): Node {
  const { cpu = 4000, memory = 4000, pods = 110, taints = [], unschedulable = false } = options;
  const zone = options.zone === undefined ? {} : { "topology.kubernetes.io/zone": options.zone };
  return buildNode(name, {
    labels: { ...zone, ...options.labels },
    spec: { taints, unschedulable },
    capacity: { cpu, memory, pods },
  });
}

export function replicaSetOf(name: string, labels: Readonly<Record<string, string>>): ReplicaSet {
  const selector = { matchLabels: labels, matchExpressions: [] };
  const template = buildPodTemplate(labels, podOf("template").spec);
  return buildReplicaSet(name, { selector, template }, { labels });
}
