/**
 * Which of the nodes that can take a pod gets it: weighted default score plugins as far as their inputs are modelled
 * (pkg/scheduler/apis/config/v1/default_plugins.go; plugins noderesources, tainttoleration, podtopologyspread).
 * NodeAffinity, InterPodAffinity and ImageLocality give every node the same here.
 */
import type { Pod } from "../model/objects.js";
import type { SchedulingNode } from "./scheduling-node.js";
import type { PodRequest } from "./scheduling-request.js";
import { type SpreadGroup, spreadScores } from "./scheduling-spread.js";
import { tolerationOf } from "./scheduling-taints.js";

const WEIGHTS = { taintToleration: 3, podTopologySpread: 2, leastAllocated: 1, balancedAllocation: 1 } as const;

/** Weighted sums by candidate; each part is 0 to 100. */
export function scoresOf(
  pod: Pod,
  request: PodRequest,
  group: SpreadGroup | null,
  candidates: readonly SchedulingNode[],
): number[] {
  const spread = spreadScores(group, candidates);
  const toleration = taintTolerationScores(pod, candidates);
  return candidates.map(
    (candidate, i) =>
      WEIGHTS.taintToleration * toleration[i]! +
      WEIGHTS.podTopologySpread * spread[i]! +
      WEIGHTS.leastAllocated * leastAllocatedScore(request, candidate) +
      WEIGHTS.balancedAllocation * balancedAllocationScore(request, candidate),
  );
}

/** 100 on the nodes with the fewest PreferNoSchedule taints that the pod does not tolerate. */
export function taintTolerationScores(pod: Pod, candidates: readonly SchedulingNode[]): number[] {
  const counts = candidates.map((candidate) => {
    let count = 0;
    for (const taint of candidate.softTaints) if (tolerationOf(pod.spec.tolerations, taint) === null) count++;
    return count;
  });
  let most = 0;
  for (const count of counts) most = Math.max(most, count);
  return counts.map((count) => (most === 0 ? 100 : 100 - Math.floor((100 * count) / most)));
}

/** Mean of the free shares of cpu and memory, with the pod on the node, in percent. */
export function leastAllocatedScore(request: PodRequest, candidate: SchedulingNode): number {
  const { capacity } = candidate.node!;
  const cpu = freePercent(candidate.requested.scoredCpu + request.scoredCpu, capacity.cpu);
  const memory = freePercent(candidate.requested.scoredMemory + request.scoredMemory, capacity.memory);
  return Math.floor((cpu + memory) / 2);
}

function freePercent(used: number, capacity: number): number {
  return capacity === 0 || used > capacity ? 0 : Math.floor(((capacity - used) * 100) / capacity);
}

/** 100 when cpu and memory would be used to the same share; the same for all when the pod asks for nothing. */
export function balancedAllocationScore(request: PodRequest, candidate: SchedulingNode): number {
  if (request.cpu === 0 && request.memory === 0) return 0;
  const { capacity } = candidate.node!;
  const cpu = share(candidate.requested.cpu + request.cpu, capacity.cpu);
  const memory = share(candidate.requested.memory + request.memory, capacity.memory);
  return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
}

function share(used: number, capacity: number): number {
  return capacity === 0 ? 1 : Math.min(1, used / capacity);
}
