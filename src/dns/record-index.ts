/**
 * What one CoreDNS replica knows of the cluster (plugin/kubernetes/controller.go, CoreDNS 1.14.7): Services, their
 * EndpointSlices and Namespaces, and Pods where they are watched, as they arrive here. Changes apply at once: there is no batching and no debounce.
 */

import type { Revision } from "../apiserver/log.js";
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import {
  type Endpoint,
  type EndpointSlice,
  isTerminal,
  keyOf,
  type Namespace,
  type Pod,
  type Service,
} from "../model/objects.js";
import { serviceKeyOf } from "../model/slice-service.js";

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

/** What an address belongs to: the Service whose ClusterIP it is, and the Services that have it as a ready endpoint. */
export interface AddressOwners {
  clusterIP: ServiceEntry | null;
  readonly endpoints: { readonly entry: ServiceEntry; readonly endpoint: Endpoint }[];
}

export class RecordIndex {
  private readonly entries = new Map<string, ServiceEntry>();
  private readonly namespaces = new Map<string, Knowledge & { readonly exists: boolean }>();
  private readonly pods = new Map<string, Pod>();
  private readonly podsByAddress = new Map<Address, Map<string, Pod>>();
  /** Made when a reverse name is asked for, and dropped with the next change. */
  private owners: Map<Address, AddressOwners> | null = null;
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

  /**
   * Pods that end keep their record until they are gone: an update with a deletion timestamp is skipped. Pods that have
   * succeeded or failed are not watched.
   */
  applyPod(revision: Revision<Pod>, now: Micros): void {
    const { key, object, deleted } = revision;
    const gone = deleted || isTerminal(object);
    if (!gone && object.metadata.deletionTimestamp !== null) return;
    const former = this.pods.get(key);
    if (former !== undefined) this.podsAtAddress(former.status.podIP)?.delete(key);
    this.pods.delete(key);
    this.changedAt = now;
    if (gone || object.status.podIP === null) return;
    this.pods.set(key, object);
    const there = this.podsAtAddress(object.status.podIP) ?? new Map<string, Pod>();
    there.set(key, object);
    this.podsByAddress.set(object.status.podIP, there);
  }

  /** Pods that are known to have an address, in the order of their arrival; none where pods are not watched. */
  podsAt(address: Address): readonly Pod[] {
    return [...(this.podsByAddress.get(address)?.values() ?? [])];
  }

  /** Null when nothing that is known has this address. */
  ownersOf(address: Address): AddressOwners | null {
    this.owners ??= this.indexOwners();
    return this.owners.get(address) ?? null;
  }

  private podsAtAddress(address: Address | null): Map<string, Pod> | undefined {
    return address === null ? undefined : this.podsByAddress.get(address);
  }

  private indexOwners(): Map<Address, AddressOwners> {
    const owners = new Map<Address, AddressOwners>();
    const ownersAt = (address: Address): AddressOwners => {
      const known = owners.get(address) ?? { clusterIP: null, endpoints: [] };
      owners.set(address, known);
      return known;
    };
    for (const entry of this.entries.values()) {
      const clusterIP = entry.service?.spec.clusterIP ?? null;
      if (typeof clusterIP === "number") ownersAt(clusterIP).clusterIP ??= entry;
      for (const endpoint of readyEndpoints(entry)) ownersAt(endpoint.address).endpoints.push({ entry, endpoint });
    }
    return owners;
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
    this.owners = null;
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
