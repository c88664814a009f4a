/** Objects for tests of the node controller and the scheduler. */
import {
  type Container,
  NEW_POD_STATUS,
  type Node,
  newMetadata,
  type Pod,
  type PodSpec,
  type ReplicaSet,
  type Taint,
  type Toleration,
} from "../../src/model/objects.js";

const CONTAINER: Container = {
  name: "main",
  image: "image",
  ports: [],
  cpu: 100,
  memory: 100,
  readinessProbe: null,
  preStopSleepSeconds: null,
};

export interface PodOptions {
  readonly cpu?: number;
  readonly memory?: number;
  readonly nodeName?: string;
  readonly ready?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly replicaSet?: string;
}

export function podOf(name: string, options: PodOptions = {}): Pod {
  const spec: PodSpec = {
    containers: [{ ...CONTAINER, cpu: options.cpu ?? 100, memory: options.memory ?? 100 }],
    nodeName: options.nodeName ?? "",
    nodeSelector: options.nodeSelector ?? {},
    tolerations: options.tolerations ?? [],
    terminationGracePeriodSeconds: 30,
    hostname: "",
    subdomain: "",
    hostNetwork: false,
    dnsPolicy: "ClusterFirst",
  };
  const owner = options.replicaSet === undefined ? null : ({ kind: "ReplicaSet", name: options.replicaSet } as const);
  return {
    kind: "Pod",
    metadata: newMetadata("default", name, options.labels ?? {}, owner),
    spec,
    status: { ...NEW_POD_STATUS, ready: { status: options.ready ?? false, lastTransitionTime: 0 } },
  };
}

export interface NodeOptions {
  readonly cpu?: number;
  readonly memory?: number;
  readonly pods?: number;
  readonly zone?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
}

export function nodeOf(name: string, options: NodeOptions = {}): Node {
  const labels = { ...(options.zone === undefined ? {} : { "topology.kubernetes.io/zone": options.zone }) };
  return {
    kind: "Node",
    metadata: newMetadata("", name, { ...labels, ...options.labels }),
    spec: { podCIDR: "", taints: options.taints ?? [], unschedulable: options.unschedulable ?? false },
    capacity: { cpu: options.cpu ?? 4000, memory: options.memory ?? 4000, pods: options.pods ?? 110 },
    status: { ready: "True", lastTransitionTime: 0 },
  };
}

export function replicaSetOf(name: string, labels: Readonly<Record<string, string>>): ReplicaSet {
  return {
    kind: "ReplicaSet",
    metadata: newMetadata("default", name, labels),
    spec: {
      replicas: 0,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { labels, annotations: {}, spec: podOf("template").spec },
      minReadySeconds: 0,
    },
    status: { replicas: 0, ready: 0, available: 0 },
  };
}

/** What the admission plug-in DefaultTolerationSeconds gives a pod, or the same with other seconds. */
export function tolerateUnreachable(seconds: number | null): Toleration {
  return {
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    value: "",
    effect: "NoExecute",
    tolerationSeconds: seconds,
  };
}
