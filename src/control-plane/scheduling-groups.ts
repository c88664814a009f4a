/** Finds the spread group of a pod and keeps the counts of all groups. */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type Labels, matchesLabels } from "../model/labels.js";
import { objectKey, type Pod } from "../model/objects.js";
import type { SchedulingNode } from "./scheduling-node.js";
import { SpreadGroup } from "./scheduling-spread.js";

/** Values by namespace and one label that they require, so that a pod meets only those that may select it. */
class LabelIndex<T> {
  private readonly values = new Map<string, Set<T>>();

  add(namespace: string, required: Labels, value: T): void {
    const place = placeOf(namespace, required);
    const values = this.values.get(place);
    if (values === undefined) this.values.set(place, new Set([value]));
    else values.add(value);
  }

  delete(namespace: string, required: Labels, value: T): void {
    this.values.get(placeOf(namespace, required))?.delete(value);
  }

  /** Values that may require labels among these, in a fixed order. */
  *candidates(namespace: string, labels: Labels): Generator<T> {
    yield* this.values.get(namespace) ?? [];
    for (const key of Object.keys(labels)) yield* this.values.get(`${namespace}\u0000${key}\u0000${labels[key]}`) ?? [];
  }
}

function placeOf(namespace: string, required: Labels): string {
  const key = Object.keys(required)[0];
  return key === undefined ? namespace : `${namespace}\u0000${key}\u0000${required[key]}`;
}

export class SpreadGroups {
  /** Keys of Services with a selector. */
  private readonly services = new LabelIndex<string>();
  private readonly index = new LabelIndex<SpreadGroup>();
  private readonly groups = new Map<string, SpreadGroup>();

  /** `reader` watches Services and ReplicaSets; `placed` gives every pod that is on a node, with its node. */
  constructor(
    private readonly reader: WatchReader,
    private readonly placed: () => Iterable<{ readonly pod: Pod; readonly node: SchedulingNode }>,
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

  /** The pods that this one is to be spread with; null when neither a Service nor a ReplicaSet selects it. */
  groupOf(pod: Pod): SpreadGroup | null {
    const { namespace, labels, owner } = pod.metadata;
    const selectors: Labels = Object.assign({}, ...this.selectorsOf(namespace, labels));
    const replicaSet =
      owner?.kind === "ReplicaSet" ? this.reader.get("ReplicaSet", objectKey(namespace, owner.name)) : null;
    const selector = replicaSet?.object.spec.selector ?? null;
    if (selector === null && Object.keys(selectors).length === 0) return null;
    const key = `${namespace}\u0000${JSON.stringify(selectors)}\u0000${JSON.stringify(selector)}`;
    return this.groups.get(key) ?? this.create(key, new SpreadGroup(namespace, selectors, selector));
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
    const required = Object.keys(group.services).length > 0 ? group.services : (group.replicaSet?.matchLabels ?? {});
    this.index.add(group.namespace, required, group);
    for (const { pod, node } of this.placed()) if (group.includes(pod)) group.count(node, 1);
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
