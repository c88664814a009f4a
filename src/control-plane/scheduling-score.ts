/**
 * Which of the nodes that can take a pod gets it: weighted default score plugins as far as their inputs are modelled
 * (pkg/scheduler/apis/config/v1/default_plugins.go; plugins noderesources, tainttoleration, podtopologyspread).
 * NodeAffinity, InterPodAffinity and ImageLocality give every node the same here.
 */
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { Pod } from "../model/objects.js";
import type { SchedulingNode } from "./scheduling-node.js";
import type { PodRequest } from "./scheduling-request.js";
import { type SpreadGroup, spreadScores } from "./scheduling-spread.js";
import { tolerationOf } from "./scheduling-taints.js";

const WEIGHTS = { taintToleration: 3, podTopologySpread: 2, leastAllocated: 1, balancedAllocation: 1 } as const;

/** How the balance of a node's resources counts in a version. */
export type BalanceBehaviour = Pick<VersionedBehaviour, "bestEffortLeavesBalance" | "scoresChangeOfBalance">;

/** Weighted sums by candidate; each part is 0 to 100. */
export function scoresOf(
  pod: Pod,
  request: PodRequest,
  group: SpreadGroup | null,
  candidates: readonly SchedulingNode[],
  behaviour: BalanceBehaviour,
): number[] {
  const spread = spreadScores(group, candidates);
  const toleration = taintTolerationScores(pod, candidates);
  return candidates.map(
    (candidate, i) =>
      WEIGHTS.taintToleration * toleration[i]! +
      WEIGHTS.podTopologySpread * spread[i]! +
      WEIGHTS.leastAllocated * leastAllocatedScore(request, candidate) +
      WEIGHTS.balancedAllocation * balancedAllocationScore(request, candidate, behaviour),
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

/**
 * From 50 to 100, and 100 when cpu and memory would be used to the same share. Where the change counts, 75 is for a pod that
 * changes nothing. A pod that asks for nothing gets the same everywhere, unless its version lets the balance of others count.
 */
export function balancedAllocationScore(
  request: PodRequest,
  candidate: SchedulingNode,
  behaviour: BalanceBehaviour,
): number {
  if (behaviour.bestEffortLeavesBalance && request.cpu === 0 && request.memory === 0) return 0;
  const { cpu, memory } = candidate.requested;
  const withPod = balance(candidate, cpu + request.cpu, memory + request.memory);
  if (!behaviour.scoresChangeOfBalance) return withPod;
  return 50 + Math.floor((50 + withPod - balance(candidate, cpu, memory)) / 2);
}

function balance({ node }: SchedulingNode, cpu: number, memory: number): number {
  const { capacity } = node!;
  const apart = Math.abs(share(cpu, capacity.cpu) - share(memory, capacity.memory));
  return Math.floor((1 - apart / 2) * 100);
}

function share(used: number, capacity: number): number {
  return capacity === 0 ? 1 : Math.min(1, used / capacity);
}
