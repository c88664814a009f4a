/** What is written to the API, as whoever measures the cluster sees it: at once, without a watch in between. */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Kind, ObjectOfKind } from "./objects.js";

export interface Commit<K extends Kind> {
  readonly time: Micros;
  /** "namespace/name". */
  readonly key: string;
  /** For a deletion, the last state. */
  readonly object: ObjectOfKind[K];
  readonly deleted: boolean;
  /** The state before; null for a creation. */
  readonly previous: { readonly object: ObjectOfKind[K] } | null;
  /** Of the write. */
  readonly fact: FactId;
}

export interface CommitFeed {
  /** Calls `listener` within each commit of a kind, for the rest of the run. */
  onCommit<K extends Kind>(kind: K, listener: (commit: Commit<K>) => void): void;
}
