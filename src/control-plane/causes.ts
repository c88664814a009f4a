/** Which input made an outcome: the newest of the revisions that changed it, never one that merely came later. */
import type { Revision } from "../apiserver/log.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { ApiObject } from "../model/objects.js";

/**
 * The revision since which `same` has held for the object without a break up to `revision`, for which it must hold.
 * What happened before time zero counts as one revision, the newest then.
 */
export function heldSince<T extends ApiObject>(revision: Revision<T>, same: (object: T) => boolean): Revision<T> {
  let since = revision;
  while (since.time >= 0 && since.previous !== null && same(since.previous.object)) since = since.previous;
  return since;
}

/** The fact of the newest of several revisions; no fact when there is none. */
export function newestFact(revisions: readonly (Revision | null)[]): FactId {
  let newest: Revision | null = null;
  for (const revision of revisions) {
    if (revision !== null && (newest === null || revision.number > newest.number)) newest = revision;
  }
  return newest?.fact ?? NO_FACT;
}
