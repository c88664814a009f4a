/** Which pods a Service selects and which Services select a pod, without walking through all of them. */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type Labels, matchesLabels } from "../model/labels.js";
import type { Pod, Service } from "../model/objects.js";
import { SelectorIndex } from "../model/selector-index.js";
import { LabelledIndex } from "./labelled-index.js";

export class SelectionIndex {
  private readonly pods = new LabelledIndex<RevisionOf<"Pod">>();
  /** Services with a selector. An empty one counts as none: it selects nothing. */
  private readonly services = new SelectorIndex<RevisionOf<"Service">>();

  /** Handlers that use the index must be registered later. */
  constructor(reader: WatchReader) {
    reader.on("Pod", (revision, former) => this.podArrived(revision, former));
    reader.on("Service", (revision, former) => this.serviceArrived(revision, former));
  }

  /** Pods that a Service selects, sorted by name. None for a Service without selector. */
  podsOf(service: Service): RevisionOf<"Pod">[] {
    const { selector } = service.spec;
    if (!isSelecting(selector)) return [];
    return [...this.pods.candidates(service.metadata.namespace, selector)]
      .filter((revision) => matchesLabels(selector, revision.object.metadata.labels))
      .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
  }

  /** Keys of the Services that select a pod, sorted. */
  servicesOf(pod: Pod): string[] {
    const { namespace, labels } = pod.metadata;
    return this.services
      .candidates(namespace, labels)
      .filter(({ object }) => matchesLabels(object.spec.selector ?? {}, labels))
      .map(({ key }) => key)
      .sort((x, y) => (x < y ? -1 : 1));
  }

  private podArrived(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    const { namespace, labels } = revision.object.metadata;
    if (former !== null && (revision.deleted || former.object.metadata.labels !== labels)) {
      this.pods.delete(former.key, namespace, former.object.metadata.labels);
    }
    if (!revision.deleted) this.pods.set(revision.key, namespace, labels, revision);
  }

  private serviceArrived(revision: RevisionOf<"Service">, former: RevisionOf<"Service"> | null): void {
    const { namespace } = revision.object.metadata;
    const before = former?.object.spec.selector ?? null;
    const { selector } = revision.object.spec;
    if (former !== null && isSelecting(before)) this.services.delete(namespace, before, former);
    if (!revision.deleted && isSelecting(selector)) this.services.add(namespace, selector, revision);
  }
}

function isSelecting(selector: Labels | null): selector is Labels {
  return selector !== null && Object.keys(selector).length > 0;
}
