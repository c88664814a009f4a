/**
 * Pods that no node of the scenario could take even if it were empty: nothing in a run changes nodes or requests, so that
 * they would wait for ever. Pods that fit a node, but not beside the others, are the run's to tell (metrics/findings.ts).
 */
import { explainObjections, Objection, objectionsOf } from "../../control-plane/scheduling-filter.js";
import { SchedulingNode } from "../../control-plane/scheduling-node.js";
import { type PodRequest, requestOf } from "../../control-plane/scheduling-request.js";
import { dnsDeployment } from "../../dns/addon/kube-dns.js";
import { HOSTNAME_LABEL, nodeLabels, presentLabel, ZONE_LABEL } from "../../model/node-labels.js";
import { plannedNodes } from "../../model/node-names.js";
import { type ApiObject, keyOf, NEW_POD_STATUS, type Node, newMetadata, type Pod } from "../../model/objects.js";
import type { NodePool } from "../../model/settings.js";
import { WORKLOADS, type Workload, workloadKind } from "../../model/workload.js";
import { formatCpu, formatMemory } from "../format-quantity.js";
import type { Resolution } from "./resolution.js";

/** Reports an error at each workload and each pod of its own that can never run. */
export function checkSchedulable(resolution: Resolution, pools: readonly NodePool[], dnsReplicas: number): void {
  const planned = plannedNodes(pools);
  const labels = planned.map(nodeLabels);
  const nodes = planned.map(({ name, pool }, index) => {
    const node = new SchedulingNode(name, index, 0);
    node.setNode(emptyNode(name, labels[index] ?? {}, pool));
    return node;
  });
  const workloads = WORKLOADS.flatMap(({ kind }) => resolution.objects(kind) as readonly Workload[]);
  for (const workload of [...workloads, dnsDeployment(dnsReplicas, pools)]) {
    const row = workloadKind(workload.kind);
    if (row.planned(workload, labels) === 0) continue;
    check(resolution, workload, "spec.template.spec", podOf(workload, row.template(workload).spec), nodes);
  }
  for (const pod of resolution.objects("Pod")) if (pod.spec.nodeName === "") check(resolution, pod, "spec", pod, nodes);
}

function emptyNode(name: string, labels: Node["metadata"]["labels"], { capacity, taints = [] }: NodePool): Node {
  return {
    kind: "Node",
    metadata: newMetadata("", name, labels),
    spec: { podCIDR: "", taints, unschedulable: false },
    capacity,
    status: { ready: "True", lastTransitionTime: 0 },
  };
}

function podOf({ metadata }: Workload, spec: Pod["spec"]): Pod {
  return { kind: "Pod", metadata: newMetadata(metadata.namespace, metadata.name), spec, status: NEW_POD_STATUS };
}

function check(
  resolution: Resolution,
  object: ApiObject,
  path: string,
  pod: Pod,
  nodes: readonly SchedulingNode[],
): void {
  const request = requestOf(pod.spec);
  if (pod.spec.nodeName !== "" || nodes.some((node) => objectionsOf(pod, request, node) === 0)) return;
  const whose = object.kind === "Pod" ? `the pod ${keyOf(object)}` : `the pods of ${object.kind} ${keyOf(object)}`;
  const message = `no node could ever take ${whose}: ${explainObjections(pod, request, nodes)}`;
  const objections = nodes.reduce((all, node) => all | objectionsOf(pod, request, node), 0);
  resolution.objectError(object, path, message, hintFor(pod, request, objections));
}

/** What could be changed about the nodes; of several objections, the one that stands first with the scheduler. */
function hintFor(pod: Pod, { cpu, memory }: PodRequest, objections: number): string {
  if (objections & Objection.selector) return selectorHint(pod);
  if (objections & Objection.taint) return "let it tolerate the taint, or take that from cluster.nodePools";
  const needed = [
    ...(objections & Objection.cpu ? [`cpu=${formatCpu(cpu)}`] : []),
    ...(objections & Objection.memory ? [`memory=${formatMemory(memory)}`] : []),
  ];
  const options = needed.map((each) => `--set 'cluster.nodePools[0].capacity.${each}'`);
  return `larger nodes: ${options.join(" ")}, or more for several pods`;
}

function selectorHint({ spec: { nodeSelector } }: Pod): string {
  const wanted = Object.entries(nodeSelector);
  const text = wanted.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
  const present = wanted.map(([key, value]) => [presentLabel(key), value] as const);
  const own = present.filter(([key]) => key !== ZONE_LABEL && key !== HOSTNAME_LABEL);
  const zone = present.find(([key]) => key === ZONE_LABEL)?.[1];
  if (zone !== undefined) return `it selects nodes with ${text}: --set 'cluster.nodePools[0].zones=[${zone}]'`;
  if (own.length === 0) return `it selects nodes with ${text}: change nodeSelector, or cluster.nodePools[].name`;
  const labels = own.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ");
  return `it selects nodes with ${text}: --set 'cluster.nodePools[0].labels={${labels}}'`;
}
