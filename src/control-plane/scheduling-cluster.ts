/**
 * The scheduler's cache (pkg/scheduler/backend/cache): nodes, the pods on them, and the pods that are assumed to be on
 * them because a binding was sent and its echo has not come back yet.
 */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Random } from "../engine/random.js";
import type { Labels } from "../model/labels.js";
import type { Pod } from "../model/objects.js";
import { LabelledIndex } from "./labelled-index.js";
import { type PlacedPod, SpreadGroups } from "./scheduling-groups.js";
import { SchedulingNode } from "./scheduling-node.js";
import { type PodRequest, requestOf } from "./scheduling-request.js";

export interface Placement extends PlacedPod {
  readonly request: PodRequest;
  readonly assumed: boolean;
}

export class SchedulingCluster {
  readonly groups: SpreadGroups;
  private readonly byName = new Map<string, SchedulingNode>();
  private readonly placements = new Map<string, Placement>();
  private readonly byLabel = new LabelledIndex<Placement>();
  private ordered: SchedulingNode[] | null = null;

  constructor(
    reader: WatchReader,
    private readonly random: Random,
  ) {
    this.groups = new SpreadGroups(reader, (namespace, required) => this.placed(namespace, required));
  }

  /** Nodes that exist, zone by zone in turn, by name within a zone (backend/cache/node_tree.go). */
  get nodes(): readonly SchedulingNode[] {
    this.ordered ??= inTurns([...this.byName.values()].filter((node) => node.node !== null));
    return this.ordered;
  }

  setNode(revision: RevisionOf<"Node">): SchedulingNode {
    const node = this.nodeNamed(revision.key);
    const { zone } = node;
    const existed = node.node !== null;
    node.setNode(revision.deleted ? null : revision.object);
    if (node.zone !== zone) this.groups.moveZone(node, zone);
    if (node.zone !== zone || existed === revision.deleted) this.ordered = null;
    return node;
  }

  placementOf(key: string): Placement | null {
    return this.placements.get(key) ?? null;
  }

  /** The pod is, or is assumed to be, on a node. */
  place(key: string, pod: Pod, nodeName: string, assumed: boolean): void {
    const former = this.placements.get(key);
    const node = this.nodeNamed(nodeName);
    if (former !== undefined && former.node === node && sameCounts(former.pod, pod)) {
      this.put(key, { pod, node, request: former.request, assumed });
      return;
    }
    this.remove(key);
    const placement = { pod, node, request: requestOf(pod.spec), assumed };
    this.put(key, placement);
    node.count(placement.request, 1);
    this.groups.count(pod, node, 1);
  }

  /** The pod is on no node any more; null when it was on none. */
  remove(key: string): Placement | null {
    const placement = this.placements.get(key);
    if (placement === undefined) return null;
    this.placements.delete(key);
    const { namespace, labels } = placement.pod.metadata;
    this.byLabel.delete(key, namespace, labels);
    placement.node.count(placement.request, -1);
    this.groups.count(placement.pod, placement.node, -1);
    return placement;
  }

  private put(key: string, placement: Placement): void {
    const { namespace, labels } = placement.pod.metadata;
    this.placements.set(key, placement);
    this.byLabel.set(key, namespace, labels, placement);
  }

  /** Pods on nodes that may have the required labels. */
  private placed(namespace: string, required: Labels): Iterable<Placement> {
    if (Object.keys(required).length === 0) return this.placements.values();
    return this.byLabel.candidates(namespace, required);
  }

  private nodeNamed(name: string): SchedulingNode {
    let node = this.byName.get(name);
    if (node === undefined) {
      node = new SchedulingNode(name, this.byName.size, this.random.key(`Node/${name}`, "scheduler tie").a >>> 0);
      this.byName.set(name, node);
    }
    return node;
  }
}

/** Whether two revisions of a pod weigh the same, for the node and for spreading. */
function sameCounts(x: Pod, y: Pod): boolean {
  return (
    x.metadata.labels === y.metadata.labels &&
    (x.metadata.deletionTimestamp === null) === (y.metadata.deletionTimestamp === null) &&
    x.spec.containers === y.spec.containers
  );
}

function inTurns(nodes: SchedulingNode[]): SchedulingNode[] {
  const zones = new Map<string, SchedulingNode[]>();
  for (const node of nodes.sort((x, y) => (x.name < y.name ? -1 : 1))) {
    const zone = zones.get(node.zone);
    if (zone === undefined) zones.set(node.zone, [node]);
    else zone.push(node);
  }
  const names = [...zones.keys()].sort((x, y) => (x < y ? -1 : 1));
  const ordered: SchedulingNode[] = [];
  for (let turn = 0; ordered.length < nodes.length; turn++) {
    for (const name of names) {
      const node = zones.get(name)?.[turn];
      if (node !== undefined) ordered.push(node);
    }
  }
  return ordered;
}
