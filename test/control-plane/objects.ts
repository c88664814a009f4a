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
  Service,
} from "../../src/model/objects.js";
import {
  buildContainer,
  buildDeployment,
  buildEndpoint,
  buildNode,
  buildPod,
  buildPodSpec,
  buildPodTemplate,
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
