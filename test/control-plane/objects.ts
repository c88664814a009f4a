/** Objects for tests of controllers, with short defaults. */
import { parseAddress } from "../../src/model/address.js";
import {
  type Deployment,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  NEW_POD_STATUS,
  type Node,
  newMetadata,
  type Pod,
  type PodSpec,
  type Service,
} from "../../src/model/objects.js";

export const POD_SPEC: PodSpec = {
  containers: [
    {
      name: "web",
      image: "web:1",
      ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
      cpu: 100,
      memory: 0,
      readinessProbe: null,
      preStopSleepSeconds: null,
    },
  ],
  nodeName: "",
  nodeSelector: {},
  tolerations: [],
  terminationGracePeriodSeconds: 30,
  hostname: "",
  subdomain: "",
  hostNetwork: false,
  dnsPolicy: "ClusterFirst",
};

export function node(name: string, zone = "a"): Node {
  return {
    kind: "Node",
    metadata: newMetadata("", name, { "topology.kubernetes.io/zone": zone }),
    spec: { podCIDR: "", taints: [], unschedulable: false },
    capacity: { cpu: 64000, memory: 1e12, pods: 1000 },
    status: { ready: "True", lastTransitionTime: 0 },
  };
}

export function service(name: string, selector: Record<string, string> | null = { app: name }): Service {
  return {
    kind: "Service",
    metadata: newMetadata("default", name),
    spec: {
      selector,
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
      clusterIP: parseAddress("10.96.1.1"),
      publishNotReadyAddresses: false,
    },
  };
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
  return {
    kind: "Pod",
    metadata: { ...newMetadata("default", name, { app }), deletionTimestamp: deleted ? 1 : null },
    spec: { ...POD_SPEC, nodeName: options.node ?? "n1" },
    status: {
      ...NEW_POD_STATUS,
      phase,
      podIP: address === null ? null : parseAddress(address),
      ready: { status: ready, lastTransitionTime: 0 },
    },
  };
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
  return Array.from({ length: count }, (_, i) => ({
    address: 0x0af40000 + first + i,
    pod: `p${first + i}`,
    nodeName: "n1",
    zone: "a",
    hostname: "",
    ready: true,
    serving: true,
    terminating: false,
  }));
}

export const HTTP: readonly EndpointPort[] = [{ name: "http", port: 8080, protocol: "TCP" }];

export function slice(name: string, contents: readonly Endpoint[], owner = "web"): EndpointSlice {
  const metadata = newMetadata(
    "default",
    name,
    { "kubernetes.io/service-name": owner },
    { kind: "Service", name: owner },
  );
  return { kind: "EndpointSlice", metadata, ports: HTTP, endpoints: contents };
}

export function deployment(name: string, replicas: number, options: Partial<Deployment["spec"]> = {}): Deployment {
  const labels = { app: name };
  return {
    kind: "Deployment",
    metadata: newMetadata("default", name, labels),
    spec: {
      replicas,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { labels, annotations: {}, spec: POD_SPEC },
      minReadySeconds: 0,
      rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
      ...options,
    },
    status: { replicas: 0, updated: 0, ready: 0, available: 0 },
  };
}

/** All of a value, so that a write to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
