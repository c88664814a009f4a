/** Index of a reader's objects by the owner that their metadata names (informer index on the controller reference). */
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { type Kind, type ObjectOfKind, objectKey } from "../model/objects.js";

export class OwnedIndex<K extends Kind> {
  private readonly byOwner = new Map<string, Map<string, RevisionOf<K>>>();

  /** Indexes objects of `kind` with an owner of `ownerKind`. Handlers that use it must be registered later. */
  constructor(
    reader: WatchReader,
    kind: K,
    private readonly ownerKind: string,
  ) {
    reader.on(kind, (revision) => this.receive(revision));
  }

  /** Objects of an owner ("namespace/name"), in the order of their arrival. */
  of(ownerKey: string): RevisionOf<K>[] {
    return [...(this.byOwner.get(ownerKey)?.values() ?? [])];
  }

  /** Key of the owner; null when it has none of the right kind. */
  ownerOf(object: ObjectOfKind[K]): string | null {
    const { namespace, owner } = object.metadata;
    return owner === null || owner.kind !== this.ownerKind ? null : objectKey(namespace, owner.name);
  }

  private receive(revision: RevisionOf<K>): void {
    const owner = this.ownerOf(revision.object);
    if (owner === null) return;
    const owned = this.byOwner.get(owner);
    if (revision.deleted) {
      owned?.delete(revision.key);
      if (owned?.size === 0) this.byOwner.delete(owner);
    } else if (owned === undefined) {
      this.byOwner.set(owner, new Map([[revision.key, revision]]));
    } else {
      owned.set(revision.key, revision);
    }
  }
}
