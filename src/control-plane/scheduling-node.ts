/** A node as the scheduler sees it: its object and the sums of the pods that are, or are assumed to be, on it. */
import { type FactId, NO_FACT } from "../engine/facts.js";
import { ZONE_LABEL } from "../model/node-labels.js";
import type { Node, Taint } from "../model/objects.js";
import type { PodRequest } from "./scheduling-request.js";

export class SchedulingNode {
  /** Null while only pods speak of the node. */
  node: Node | null = null;
  zone = "";
  /** Taints with effect NoSchedule or NoExecute. */
  hardTaints: readonly Taint[] = [];
  /** Taints with effect PreferNoSchedule. */
  softTaints: readonly Taint[] = [];
  /** Sums over all pods that have not ended, terminating ones included. */
  readonly requested = { cpu: 0, memory: 0, scoredCpu: 0, scoredMemory: 0 };
  pods = 0;
  /** The newest revision that made room here or opened the node for pods. */
  openedBy: FactId = NO_FACT;

  constructor(
    readonly name: string,
    /** Index into the counts of spread groups. */
    readonly index: number,
    /** A number that belongs to the node's name, for draws of (pod, node). */
    readonly tieIndex: number,
  ) {}

  setNode(node: Node | null): void {
    this.node = node;
    this.zone = node?.metadata.labels[ZONE_LABEL] ?? "";
    const taints = node?.spec.taints ?? [];
    this.hardTaints = taints.filter((taint) => taint.effect !== "PreferNoSchedule");
    this.softTaints = taints.filter((taint) => taint.effect === "PreferNoSchedule");
  }

  /** `sign` is 1 when a pod comes and −1 when it goes. */
  count(request: PodRequest, sign: 1 | -1): void {
    this.pods += sign;
    this.requested.cpu += sign * request.cpu;
    this.requested.memory += sign * request.memory;
    this.requested.scoredCpu += sign * request.scoredCpu;
    this.requested.scoredMemory += sign * request.scoredMemory;
  }
}
