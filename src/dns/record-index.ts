/**
 * What one CoreDNS replica knows of the cluster (plugin/kubernetes/controller.go, CoreDNS 1.14.7): Services, their
 * EndpointSlices and Namespaces, as they arrive here. Changes apply at once: there is no batching and no debounce.
 */

import type { Revision } from "../apiserver/log.js";
import type { Micros } from "../engine/duration.js";
import { type Endpoint, type EndpointSlice, keyOf, type Namespace, objectKey, type Service } from "../model/objects.js";

/** Names the Service of a slice where no owner does. */
const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

/** A write that has arrived here, and when. The revision is kept, not its fact: time zero gives it another one. */
export interface Knowledge {
  readonly revision: Revision | null;
  readonly since: Micros;
}

export const NOTHING_KNOWN: Knowledge = { revision: null, since: Number.NaN };

/** Everything about one Service name, existing or not. */
export interface ServiceEntry {
  readonly key: string;
  /** Null while no such Service is known. */
  service: Service | null;
  /** In the order of first arrival. */
  readonly slices: Map<string, EndpointSlice>;
  /** The newest revision of the Service; of its slices. */
  serviceKnown: Knowledge;
  endpointsKnown: Knowledge;
  /** Ready endpoints over all slices, one per address; null until asked for. */
  ready: readonly Endpoint[] | null;
  /** Counts changes, so that what was made from an entry can be kept. */
  version: number;
}

export class RecordIndex {
  private readonly entries = new Map<string, ServiceEntry>();
  private readonly namespaces = new Map<string, Knowledge & { readonly exists: boolean }>();
  /** Time of the newest change: the serial of the zone. */
  changedAt: Micros = 0;

  /** The entry of "namespace/name"; null when neither Service nor slice was ever seen. */
  entry(key: string): ServiceEntry | null {
    return this.entries.get(key) ?? null;
  }

  hasNamespace(name: string): boolean {
    return this.namespaces.get(name)?.exists ?? false;
  }

  /** What is known of a namespace, existing or not. */
  namespaceKnown(name: string): Knowledge {
    return this.namespaces.get(name) ?? NOTHING_KNOWN;
  }

  applyNamespace(revision: Revision<Namespace>, now: Micros): void {
    this.namespaces.set(revision.key, { revision, since: now, exists: !revision.deleted });
    this.changedAt = now;
  }

  applyService(revision: Revision<Service>, now: Micros): void {
    const entry = this.entryFor(revision.key);
    entry.service = revision.deleted ? null : revision.object;
    entry.serviceKnown = { revision, since: now };
    this.changed(entry, now);
  }

  /** Key of the Service whose endpoints changed; null when the slice belongs to none. */
  applySlice(revision: Revision<EndpointSlice>, now: Micros): string | null {
    const key = serviceKeyOf(revision.object);
    if (key === null) return null;
    const entry = this.entryFor(key);
    if (revision.deleted) entry.slices.delete(keyOf(revision.object));
    else entry.slices.set(keyOf(revision.object), revision.object);
    entry.endpointsKnown = { revision, since: now };
    this.changed(entry, now);
    return key;
  }

  private entryFor(key: string): ServiceEntry {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = {
        key,
        service: null,
        slices: new Map(),
        serviceKnown: NOTHING_KNOWN,
        endpointsKnown: NOTHING_KNOWN,
        ready: null,
        version: 0,
      };
      this.entries.set(key, entry);
    }
    return entry;
  }

  private changed(entry: ServiceEntry, now: Micros): void {
    entry.ready = null;
    entry.version++;
    this.changedAt = now;
  }
}

/** Ready endpoints, whatever `serving` and `terminating` say, each address once. */
export function readyEndpoints(entry: ServiceEntry): readonly Endpoint[] {
  if (entry.ready !== null) return entry.ready;
  const byAddress = new Map<number, Endpoint>();
  for (const slice of entry.slices.values()) {
    for (const endpoint of slice.endpoints) {
      if (endpoint.ready && !byAddress.has(endpoint.address)) byAddress.set(endpoint.address, endpoint);
    }
  }
  entry.ready = [...byAddress.values()];
  return entry.ready;
}

function serviceKeyOf(slice: EndpointSlice): string | null {
  const { namespace, owner, labels } = slice.metadata;
  const name = labels[SERVICE_NAME_LABEL] ?? (owner?.kind === "Service" ? owner.name : undefined);
  return name === undefined ? null : objectKey(namespace, name);
}
