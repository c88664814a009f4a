/**
 * Which nodes can take a pod: the default filters as far as their inputs are modelled (pkg/scheduler/framework/plugins:
 * nodeunschedulable, tainttoleration, nodeaffinity, noderesources/fit), in their order; the first that objects decides.
 */
import type { Pod, Taint } from "../model/objects.js";
import type { SchedulingNode } from "./scheduling-node.js";
import type { PodRequest } from "./scheduling-request.js";
import { tolerationOf } from "./scheduling-taints.js";

/** Objections as a set of bits; 0: the pod fits. */
export const Objection = {
  unschedulable: 1,
  taint: 2,
  selector: 4,
  pods: 8,
  cpu: 16,
  memory: 32,
} as const;

/** Objections that go away when a pod leaves the node. */
export const OBJECTIONS_TO_ROOM = Objection.pods | Objection.cpu | Objection.memory;

/** A cordoned node takes only pods that tolerate this (node.kubernetes.io/unschedulable). */
const UNSCHEDULABLE: Taint = { key: "node.kubernetes.io/unschedulable", value: "", effect: "NoSchedule" };

/** Why the node cannot take the pod. The node's object must be known. */
export function objectionsOf(pod: Pod, request: PodRequest, candidate: SchedulingNode): number {
  const node = candidate.node!;
  const { tolerations, nodeSelector } = pod.spec;
  if (node.spec.unschedulable && tolerationOf(tolerations, UNSCHEDULABLE) === null) return Objection.unschedulable;
  for (const taint of candidate.hardTaints) if (tolerationOf(tolerations, taint) === null) return Objection.taint;
  for (const key of Object.keys(nodeSelector)) {
    if (node.metadata.labels[key] !== nodeSelector[key]) return Objection.selector;
  }
  const { capacity } = node;
  let objections = 0;
  if (candidate.pods + 1 > capacity.pods) objections |= Objection.pods;
  if (request.cpu > 0 && request.cpu > capacity.cpu - candidate.requested.cpu) objections |= Objection.cpu;
  if (request.memory > 0 && request.memory > capacity.memory - candidate.requested.memory) {
    objections |= Objection.memory;
  }
  return objections;
}

/** Why no node can take the pod, as the scheduler tells it: "0/3 nodes are available: 3 Insufficient cpu". */
export function explainObjections(pod: Pod, request: PodRequest, candidates: readonly SchedulingNode[]): string {
  if (candidates.length === 0) return "no nodes available to schedule pods";
  const counts = new Map<string, number>();
  for (const candidate of candidates) {
    for (const reason of reasonsOf(pod, candidate, objectionsOf(pod, request, candidate))) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort((x, y) => (x < y ? -1 : 1));
  return `0/${candidates.length} nodes are available: ${reasons.join(", ")}`;
}

function reasonsOf(pod: Pod, candidate: SchedulingNode, objections: number): string[] {
  const reasons: string[] = [];
  if (objections & Objection.unschedulable) reasons.push("node(s) were unschedulable");
  if (objections & Objection.taint) {
    const taint = candidate.hardTaints.find((each) => tolerationOf(pod.spec.tolerations, each) === null);
    reasons.push(`node(s) had untolerated taint {${taint?.key}: ${taint?.value}}`);
  }
  if (objections & Objection.selector) reasons.push("node(s) didn't match Pod's node affinity/selector");
  if (objections & Objection.pods) reasons.push("Too many pods");
  if (objections & Objection.cpu) reasons.push("Insufficient cpu");
  if (objections & Objection.memory) reasons.push("Insufficient memory");
  return reasons;
}
