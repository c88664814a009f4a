/**
 * What this controller itself has written last (endpointslice `tracker.go`, 1.36): as long as the reader has not seen it,
 * a sync would start from a stale state.
 */
import type { Revision, RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";

export class SliceTracker {
  /** Newest own write by Service and slice. */
  private readonly written = new Map<string, Map<string, Revision>>();

  /** Remembers an own write. */
  track(serviceKey: string, revision: Revision): void {
    const slices = this.written.get(serviceKey);
    if (slices === undefined) this.written.set(serviceKey, new Map([[revision.key, revision]]));
    else slices.set(revision.key, revision);
  }

  forgetService(serviceKey: string): void {
    this.written.delete(serviceKey);
  }

  /** Whether an arriving revision is news, or only the echo of an own write. A deletion that is not ours is forgotten. */
  isForeign(serviceKey: string, revision: Revision): boolean {
    const slices = this.written.get(serviceKey);
    const own = slices?.get(revision.key);
    if (own === undefined) return true;
    if (revision.deleted && revision.version >= own.version) slices?.delete(revision.key);
    return revision.version > own.version;
  }

  /** Whether the reader still lacks one of the Service's own writes. */
  isStale(serviceKey: string, reader: WatchReader): boolean {
    for (const own of this.written.get(serviceKey)?.values() ?? []) {
      const known: RevisionOf<"EndpointSlice"> | null = reader.get("EndpointSlice", own.key);
      if (known === null ? !own.deleted : known.version < own.version) return true;
    }
    return false;
  }
}
