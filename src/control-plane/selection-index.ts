/**
 * Which pods a Service selects and which Services select a pod, without walking through all of them. What a Service selects
 * is kept in order: a pod that changes costs nothing here, one that joins or leaves a place in the list.
 */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type Labels, matchesLabels } from "../model/labels.js";
import type { Pod } from "../model/objects.js";
import { SelectorIndex } from "../model/selector-index.js";
import { LabelledIndex } from "./labelled-index.js";
import { placeOf } from "./sorted-place.js";

/** One pod, through all its revisions. */
interface KnownPod {
  readonly key: string;
  revision: RevisionOf<"Pod">;
}

interface Selection {
  readonly key: string;
  readonly selector: Labels;
  /** Sorted by key; null until somebody asks. */
  pods: KnownPod[] | null;
}

export class SelectionIndex {
  private readonly pods = new Map<string, KnownPod>();
  private readonly byLabel = new LabelledIndex<KnownPod>();
  /** Of Services with a selector, by their keys. An empty one counts as none: it selects nothing. */
  private readonly selections = new Map<string, Selection>();
  private readonly bySelector = new SelectorIndex<Selection>();

  /** Handlers that use the index must be registered later. */
  constructor(reader: WatchReader) {
    reader.on("Pod", (revision) => this.podArrived(revision));
    reader.on("Service", (revision) => this.serviceArrived(revision));
  }

  /** Pods that a Service ("namespace/name") selects, sorted by name. None for a Service without selector. */
  podsOf(serviceKey: string): RevisionOf<"Pod">[] {
    const selection = this.selections.get(serviceKey);
    if (selection === undefined) return [];
    selection.pods ??= this.select(selection);
    return selection.pods.map(({ revision }) => revision);
  }

  /** Keys of the Services that select a pod, sorted. */
  servicesOf(pod: Pod): string[] {
    return this.selectionsOf(pod)
      .map(({ key }) => key)
      .sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  }

  private selectionsOf({ metadata: { namespace, labels } }: Pod): Selection[] {
    return this.bySelector.candidates(namespace, labels).filter(({ selector }) => matchesLabels(selector, labels));
  }

  private select({ key, selector }: Selection): KnownPod[] {
    const namespace = key.slice(0, key.indexOf("/"));
    return [...this.byLabel.candidates(namespace, selector)]
      .filter(({ revision }) => matchesLabels(selector, revision.object.metadata.labels))
      .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
  }

  private podArrived(revision: RevisionOf<"Pod">): void {
    const known = this.pods.get(revision.key);
    if (known !== undefined) {
      const { labels } = known.revision.object.metadata;
      if (!revision.deleted && labels === revision.object.metadata.labels) {
        known.revision = revision;
        return;
      }
      this.leave(known);
    }
    if (!revision.deleted) this.join({ key: revision.key, revision });
  }

  private join(pod: KnownPod): void {
    const { object } = pod.revision;
    this.pods.set(pod.key, pod);
    this.byLabel.set(pod.key, object.metadata.namespace, object.metadata.labels, pod);
    for (const { pods } of this.selectionsOf(object)) pods?.splice(placeOf(pods, pod.key, keyOf), 0, pod);
  }

  private leave(pod: KnownPod): void {
    const { object } = pod.revision;
    this.pods.delete(pod.key);
    this.byLabel.delete(pod.key, object.metadata.namespace, object.metadata.labels);
    for (const { pods } of this.selectionsOf(object)) pods?.splice(placeOf(pods, pod.key, keyOf), 1);
  }

  private serviceArrived({ key, object, deleted }: RevisionOf<"Service">): void {
    const { namespace } = object.metadata;
    const { selector } = object.spec;
    const former = this.selections.get(key);
    if (former !== undefined) {
      if (!deleted && former.selector === selector) return;
      this.selections.delete(key);
      this.bySelector.delete(namespace, former.selector, former);
    }
    if (deleted || selector === null || Object.keys(selector).length === 0) return;
    const selection = { key, selector, pods: null };
    this.selections.set(key, selection);
    this.bySelector.add(namespace, selector, selection);
  }
}

function keyOf(pod: KnownPod): string {
  return pod.key;
}
