/**
 * The scheduler's default spreading of pods that belong together (pkg/scheduler/framework/plugins/podtopologyspread, system
 * default constraints: hostname with maxSkew 3, zone with maxSkew 5, both ScheduleAnyway; `helper.DefaultSelector`).
 *
 * Pods belong together when the Services that select them and the workload that owns them select them all.
 */
import { ln } from "../engine/math.js";
import { type LabelSelector, type Labels, matches, matchesLabels } from "../model/labels.js";
import type { Pod } from "../model/objects.js";
import type { SchedulingNode } from "./scheduling-node.js";

const HOSTNAME_MAX_SKEW = 3;
const ZONE_MAX_SKEW = 5;

/** Pods of one namespace that both parts select, counted where they are. Terminating pods do not count. */
export class SpreadGroup {
  private readonly byNode: number[] = [];
  private readonly byZone = new Map<string, number>();

  constructor(
    readonly namespace: string,
    readonly services: Labels,
    readonly owner: LabelSelector | null,
  ) {}

  includes(pod: Pod): boolean {
    const { namespace, labels, deletionTimestamp } = pod.metadata;
    if (namespace !== this.namespace || deletionTimestamp !== null) return false;
    return matchesLabels(this.services, labels) && (this.owner === null || matches(this.owner, labels));
  }

  count(node: SchedulingNode, sign: 1 | -1): void {
    this.byNode[node.index] = this.onNode(node) + sign;
    this.byZone.set(node.zone, this.inZone(node.zone) + sign);
  }

  /** The node was learned to be in another zone. */
  moveZone(node: SchedulingNode, from: string): void {
    const count = this.onNode(node);
    this.byZone.set(from, this.inZone(from) - count);
    this.byZone.set(node.zone, this.inZone(node.zone) + count);
  }

  onNode(node: SchedulingNode): number {
    return this.byNode[node.index] ?? 0;
  }

  inZone(zone: string): number {
    return this.byZone.get(zone) ?? 0;
  }
}

/** Scores 0 to 100 by candidate: the fewer pods of the group on the node and in its zone, the higher. */
export function spreadScores(group: SpreadGroup | null, candidates: readonly SchedulingNode[]): number[] {
  if (group === null) return candidates.map(() => 0);
  const zones = new Set<string>();
  for (const { zone } of candidates) if (zone !== "") zones.add(zone);
  // domains of unequal number are made comparable by the logarithm of the number
  const hostWeight = ln(candidates.length + 2);
  const zoneWeight = ln(zones.size + 2);
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  const crowding = candidates.map((candidate) => {
    let sum = group.onNode(candidate) * hostWeight + HOSTNAME_MAX_SKEW - 1;
    if (candidate.zone !== "") sum += group.inZone(candidate.zone) * zoneWeight + ZONE_MAX_SKEW - 1;
    const rounded = Math.round(sum);
    lowest = Math.min(lowest, rounded);
    highest = Math.max(highest, rounded);
    return rounded;
  });
  return crowding.map((value) => (highest === 0 ? 100 : Math.floor((100 * (highest + lowest - value)) / highest)));
}
