/** Which pods a Service selects and which Services select a pod, without walking through all of them. */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type Labels, matchesLabels } from "../model/labels.js";
import type { Pod, Service } from "../model/objects.js";

export class SelectionIndex {
  /** Pods by each of their labels. */
  private readonly pods = new Map<string, Map<string, RevisionOf<"Pod">>>();
  /** Services by the first label of their selector. */
  private readonly services = new Map<string, Map<string, RevisionOf<"Service">>>();

  /** Handlers that use the index must be registered later. */
  constructor(reader: WatchReader) {
    reader.on("Pod", (revision, former) => {
      if (former !== null) this.removePod(former);
      if (!revision.deleted) this.addPod(revision);
    });
    reader.on("Service", (revision, former) => {
      if (former !== null) this.removeService(former);
      if (!revision.deleted) this.addService(revision);
    });
  }

  /** Pods that a Service selects, sorted by name. None for a Service without selector. */
  podsOf(service: Service): RevisionOf<"Pod">[] {
    const { selector } = service.spec;
    if (selector === null) return [];
    const { namespace } = service.metadata;
    let fewest: ReadonlyMap<string, RevisionOf<"Pod">> | null = null;
    for (const name of Object.keys(selector)) {
      const labelled = this.pods.get(pair(namespace, name, selector[name] ?? ""));
      if (labelled === undefined) return [];
      if (fewest === null || labelled.size < fewest.size) fewest = labelled;
    }
    return [...(fewest?.values() ?? [])]
      .filter((revision) => matchesLabels(selector, revision.object.metadata.labels))
      .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
  }

  /** Keys of the Services that select a pod, sorted. */
  servicesOf(pod: Pod): string[] {
    const { namespace, labels } = pod.metadata;
    const keys: string[] = [];
    for (const name of Object.keys(labels)) {
      for (const revision of this.services.get(pair(namespace, name, labels[name] ?? ""))?.values() ?? []) {
        if (matchesLabels(revision.object.spec.selector ?? {}, labels)) keys.push(revision.key);
      }
    }
    return keys.sort((x, y) => (x < y ? -1 : 1));
  }

  private addPod(revision: RevisionOf<"Pod">): void {
    const { namespace, labels } = revision.object.metadata;
    for (const name of Object.keys(labels)) {
      put(this.pods, pair(namespace, name, labels[name] ?? ""), revision);
    }
  }

  private removePod(revision: RevisionOf<"Pod">): void {
    const { namespace, labels } = revision.object.metadata;
    for (const name of Object.keys(labels)) {
      this.pods.get(pair(namespace, name, labels[name] ?? ""))?.delete(revision.key);
    }
  }

  private addService(revision: RevisionOf<"Service">): void {
    const first = firstPair(revision.object);
    if (first !== null) put(this.services, first, revision);
  }

  private removeService(revision: RevisionOf<"Service">): void {
    const first = firstPair(revision.object);
    if (first !== null) this.services.get(first)?.delete(revision.key);
  }
}

function put<T extends { readonly key: string }>(index: Map<string, Map<string, T>>, by: string, value: T): void {
  const values = index.get(by);
  if (values === undefined) index.set(by, new Map([[value.key, value]]));
  else values.set(value.key, value);
}

/** A Service with an empty selector counts as one without: it selects nothing. */
function firstPair(service: Service): string | null {
  const selector: Labels = service.spec.selector ?? {};
  const first = Object.keys(selector).sort((x, y) => (x < y ? -1 : 1))[0];
  return first === undefined ? null : pair(service.metadata.namespace, first, selector[first] ?? "");
}

function pair(namespace: string, name: string, value: string): string {
  return `${namespace}\u0000${name}\u0000${value}`;
}
