/** Objects for tests of the node controller and the scheduler. */
import type { Node, Pod, ReplicaSet, Taint, Toleration } from "../../src/model/objects.js";
import { buildContainer, buildNode, buildPod, buildPodTemplate, buildReplicaSet } from "../support/objects.js";

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
