/**
 * The API server: one append-only log of immutable object revisions.
 *
 * Every process that reads the cluster has a cursor into this log; staleness is the distance between a cursor and the
 * end. A revision knows the fact of its write, so that whatever follows from reading it knows its cause. Admission runs
 * before a creation is committed (address allocation, default tolerations); it is wired in from outside.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Simulation } from "../engine/simulation.js";
import type { CommitFeed } from "../model/commit-feed.js";
import { type ApiObject, KINDS, type Kind, keyOf, type ObjectOfKind } from "../model/objects.js";
import type { Lookup } from "../model/workload.js";

export interface Revision<T extends ApiObject = ApiObject> {
  /** Position in the log, from 0; one order over all kinds. */
  readonly number: number;
  readonly time: Micros;
  readonly kind: Kind;
  readonly key: string;
  /** Counts the revisions of this key from 1, through re-creation: (key, version) names a revision for ever. */
  readonly version: number;
  /** The new object; for a deletion, its last state. */
  readonly object: T;
  readonly deleted: boolean;
  readonly previous: Revision<T> | null;
  /** The fact of the write. */
  readonly fact: FactId;
}

export type RevisionOf<K extends Kind> = Revision<ObjectOfKind[K]>;

/** Called at the instant of a commit, within the writer's event. Watchers plan deliveries here, nothing else. */
export type CommitListener = (revision: Revision) => void;

/** Ends a subscription. Ending it again changes nothing. */
export type Unsubscribe = () => void;

/** May change an object on its creation, or refuse it with a reason. */
export type Admission = (object: ApiObject) => ApiObject | { readonly refused: string };

export class ApiLog implements CommitFeed {
  /** Newest revision by key; deleted keys stay, so that versions go on counting. */
  private readonly newest = new Map<Kind, Map<string, Revision>>();
  private readonly listeners = new Map<Kind, readonly CommitListener[]>();
  private readonly nodeListeners = new Map<string, readonly CommitListener[]>();
  private count = 0;
  admission: Admission = (object) => object;

  constructor(readonly simulation: Simulation) {
    for (const kind of KINDS) this.newest.set(kind, new Map());
  }

  /** Number of revisions committed so far. */
  get length(): number {
    return this.count;
  }

  /** Newest revision of a key that is not deleted; null otherwise. */
  get<K extends Kind>(kind: K, key: string): RevisionOf<K> | null {
    const revision = this.newest.get(kind)?.get(key);
    return revision === undefined || revision.deleted ? null : (revision as RevisionOf<K>);
  }

  /** The newest object of a key that is not deleted; null otherwise. */
  readonly lookup: Lookup = (kind, key) => this.get(kind, key)?.object ?? null;

  /** Live objects of a kind in the order of their first creation. */
  *live<K extends Kind>(kind: K): Generator<RevisionOf<K>> {
    for (const revision of this.newest.get(kind)?.values() ?? []) {
      if (!revision.deleted) yield revision as RevisionOf<K>;
    }
  }

  /** Live objects of a kind, sorted by key. */
  list<K extends Kind>(kind: K): RevisionOf<K>[] {
    return [...this.live(kind)].sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
  }

  /** Appends a revision, now. The caller has recorded the write as `fact`. */
  commit(object: ApiObject, deleted: boolean, fact: FactId): Revision {
    const key = keyOf(object);
    const byKey = this.newest.get(object.kind) as Map<string, Revision>;
    const last = byKey.get(key) ?? null;
    const revision: Revision = {
      number: this.count++,
      time: this.simulation.now,
      kind: object.kind,
      key,
      version: (last?.version ?? 0) + 1,
      object,
      deleted,
      previous: last === null || last.deleted ? null : last,
      fact,
    };
    byKey.set(key, revision);
    for (const listener of this.listeners.get(object.kind) ?? []) listener(revision);
    if (revision.object.kind === "Pod") this.notifyNodes(revision as RevisionOf<"Pod">);
    return revision;
  }

  /** Calls `listener` at each commit of a kind, until it is unsubscribed or the run ends. */
  onCommit<K extends Kind>(kind: K, listener: (revision: RevisionOf<K>) => void): Unsubscribe {
    return subscribe(this.listeners, kind, listener as CommitListener);
  }

  /** Calls `listener` at each commit of a pod bound to this node (the index on spec.nodeName). */
  onPodOfNode(nodeName: string, listener: CommitListener): Unsubscribe {
    return subscribe(this.nodeListeners, nodeName, listener);
  }

  /** Replaces the fact of a live revision: at time zero every object's history becomes one `initial` fact. */
  rebase(kind: Kind, key: string, fact: FactId): void {
    const revision = this.newest.get(kind)?.get(key);
    if (revision !== undefined) (revision as { fact: FactId }).fact = fact;
  }

  private notifyNodes(revision: RevisionOf<"Pod">): void {
    const { nodeName } = revision.object.spec;
    if (nodeName === "") return;
    for (const listener of this.nodeListeners.get(nodeName) ?? []) listener(revision);
  }
}

/** Lists are replaced and never changed: somebody may unsubscribe while they are gone through. */
function subscribe<K>(lists: Map<K, readonly CommitListener[]>, key: K, listener: CommitListener): Unsubscribe {
  lists.set(key, [...(lists.get(key) ?? []), listener]);
  return () => {
    const others = (lists.get(key) ?? []).filter((each) => each !== listener);
    if (others.length > 0) lists.set(key, others);
    else lists.delete(key);
  };
}
