/** Finds the spread group of a pod and keeps the counts of all groups. */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type LabelSelector, type Labels, matchesLabels } from "../model/labels.js";
import { type OwnerReference, objectKey, type Pod } from "../model/objects.js";
import { SelectorIndex } from "../model/selector-index.js";
import { POD_OWNERS } from "../model/workload.js";
import type { SchedulingNode } from "./scheduling-node.js";
import { SpreadGroup } from "./scheduling-spread.js";

export interface PlacedPod {
  readonly pod: Pod;
  readonly node: SchedulingNode;
}

export class SpreadGroups {
  /** Keys of Services with a selector. */
  private readonly services = new SelectorIndex<string>();
  private readonly index = new SelectorIndex<SpreadGroup>();
  private readonly groups = new Map<string, SpreadGroup>();

  /** `reader` watches Services and the kinds that own pods; `placed` gives the pods on nodes that may have the required labels. */
  constructor(
    private readonly reader: WatchReader,
    private readonly placed: (namespace: string, required: Labels) => Iterable<PlacedPod>,
  ) {
    reader.on("Service", (revision, former) => this.serviceArrived(revision, former));
  }

  /** A pod came to a node (1) or left it (−1). */
  count(pod: Pod, node: SchedulingNode, sign: 1 | -1): void {
    const { namespace, labels } = pod.metadata;
    for (const group of this.index.candidates(namespace, labels)) if (group.includes(pod)) group.count(node, sign);
  }

  moveZone(node: SchedulingNode, from: string): void {
    for (const group of this.groups.values()) group.moveZone(node, from);
  }

  /** The pods that this one is to be spread with; null when neither a Service nor a workload selects it. */
  groupOf(pod: Pod): SpreadGroup | null {
    const { namespace, labels, owner } = pod.metadata;
    const selectors: Labels = Object.assign({}, ...this.selectorsOf(namespace, labels));
    const selector = owner === null ? null : this.selectorOfOwner(namespace, owner);
    if (selector === null && Object.keys(selectors).length === 0) return null;
    const key = `${namespace}\u0000${JSON.stringify(selectors)}\u0000${JSON.stringify(selector)}`;
    return this.groups.get(key) ?? this.create(key, new SpreadGroup(namespace, selectors, selector));
  }

  private selectorOfOwner(namespace: string, { kind, name }: OwnerReference): LabelSelector | null {
    const row = POD_OWNERS.find((each) => each.kind === kind);
    const workload = row === undefined ? null : this.reader.get(row.kind, objectKey(namespace, name));
    return row === undefined || workload === null ? null : row.selector(workload.object);
  }

  /** Selectors of the Services that select these labels, in the order of the Services' keys. */
  private selectorsOf(namespace: string, labels: Labels): Labels[] {
    const keys: string[] = [];
    for (const key of this.services.candidates(namespace, labels)) {
      const selector = this.reader.get("Service", key)?.object.spec.selector ?? null;
      if (selector !== null && matchesLabels(selector, labels)) keys.push(key);
    }
    keys.sort((x, y) => (x < y ? -1 : 1));
    return keys.map((key) => this.reader.get("Service", key)?.object.spec.selector ?? {});
  }

  private create(key: string, group: SpreadGroup): SpreadGroup {
    this.groups.set(key, group);
    const required = Object.keys(group.services).length > 0 ? group.services : (group.owner?.matchLabels ?? {});
    this.index.add(group.namespace, required, group);
    for (const { pod, node } of this.placed(group.namespace, required)) if (group.includes(pod)) group.count(node, 1);
    return group;
  }

  private serviceArrived(revision: RevisionOf<"Service">, former: RevisionOf<"Service"> | null): void {
    const before = former?.object.spec.selector ?? null;
    const after = revision.deleted ? null : revision.object.spec.selector;
    const { namespace } = revision.object.metadata;
    if (before !== null) this.services.delete(namespace, before, revision.key);
    if (after !== null && Object.keys(after).length > 0) this.services.add(namespace, after, revision.key);
  }
}
