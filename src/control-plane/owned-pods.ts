/**
 * The pods that one kind of object owns, as their controller minds them (pkg/controller/controller_utils.go
 * `ControllerExpectations`, pkg/controller/replicaset/replica_set.go, about 1.32).
 *
 * A controller decides in its sync which pods are missing or too many and hands them over. As long as writes are awaited,
 * because the reader has not seen their effect, it decides nothing. Pods of an owner that was deleted go with it, which
 * upstream leaves to the garbage collector.
 */
import type { ApiClient, Why } from "../apiserver/client.js";
import type { Revision, RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import { SECOND } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Kind, ObjectOfKind, Pod } from "../model/objects.js";
import { isActive, isTerminating } from "./active-pod.js";
import { heldSince } from "./causes.js";
import { OwnedIndex } from "./owned-index.js";
import { type AfterPods, createPods, deletePods, type NewPod, type PodWriteMemory } from "./pod-writes.js";
import type { WorkQueue } from "./work-queue.js";

/** What differs between the kinds that own pods. */
export interface PodOwner<K extends Kind> {
  readonly kind: K;
  /** The owner is looked at again so many seconds after one of its pods has become ready; 0 for not at all. */
  recheckSeconds(owner: ObjectOfKind[K]): number;
}

/** What is remembered of an owner, also beyond its end: the pods of its successor must not have the same names. */
interface Memory extends PodWriteMemory {
  losses: RevisionOf<"Pod">[];
  /** The newest of all losses, taken or not. */
  lastLoss: RevisionOf<"Pod"> | null;
  /** The newest end of a pod that was being deleted. */
  lastEnd: RevisionOf<"Pod"> | null;
}

export class OwnedPods<K extends Kind> {
  private readonly index: OwnedIndex<"Pod">;
  private readonly memories = new Map<string, Memory>();
  private readonly deletions = new Map<string, FactId>();

  /**
   * Registers its handlers: make it before `reader.start()`. An owner ("namespace/name") is queued when it or a pod of its has
   * changed, and after the owner's `recheckSeconds`.
   */
  constructor(
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly queue: WorkQueue,
    private readonly owner: PodOwner<K>,
  ) {
    this.index = new OwnedIndex(reader, "Pod", owner.kind);
    reader.on(owner.kind, (revision) => this.ownerChanged(revision));
    reader.on("Pod", (revision, former) => this.podChanged(revision, former));
  }

  /** All pods of an owner, in the order of their arrival. */
  of(ownerKey: string): RevisionOf<"Pod">[] {
    return this.index.of(ownerKey);
  }

  /** Those that are neither terminal nor being deleted. */
  activeOf(ownerKey: string): RevisionOf<"Pod">[] {
    return this.index.of(ownerKey).filter(({ object }) => isActive(object));
  }

  /** Whether the reader has yet to see what was written. */
  isAwaiting(ownerKey: string): boolean {
    return this.memoryOf(ownerKey).awaited.size > 0;
  }

  /** The revisions by which active pods were lost since this was asked last, in the order of their arrival. */
  takeLosses(ownerKey: string): readonly RevisionOf<"Pod">[] {
    const memory = this.memoryOf(ownerKey);
    const { losses } = memory;
    memory.losses = [];
    return losses;
  }

  /** By which the number of its pods that are being deleted has become smaller last; null when it never has. */
  lastEndOf(ownerKey: string): Revision | null {
    return this.memoryOf(ownerKey).lastEnd;
  }

  /** What a count of active and ready pods can follow from: since when each is as ready as it is, and the last loss. */
  countedSince(ownerKey: string, active: readonly RevisionOf<"Pod">[]): readonly (Revision | null)[] {
    const since: Revision[] = active.map((pod) =>
      heldSince(pod, (former) => isActive(former) && former.status.ready.status === pod.object.status.ready.status),
    );
    return [...since, this.memoryOf(ownerKey).lastLoss];
  }

  /** Creates pods in batches of 1, 2, 4, …; `next` makes each when it is its turn. With a count of 0, `after` runs at once. */
  create<P>(ownerKey: string, count: number, next: (ordinal: number) => NewPod, after: AfterPods<P>, payload: P): void {
    createPods(this.client, this.memoryOf(ownerKey), count, next, after, payload);
  }

  /** Deletes pods all at once. Without any, `after` runs at once. */
  remove<P>(ownerKey: string, pods: readonly Pod[], whyOf: (pod: Pod) => Why, after: AfterPods<P>, payload: P): void {
    deletePods(this.client, this.memoryOf(ownerKey), pods, whyOf, after, payload);
  }

  /** Deletes what an owner that is gone has left, and waits for no answer. */
  removeOrphans(ownerKey: string): void {
    const why: Why = { cause: this.deletions.get(ownerKey) ?? NO_FACT };
    const { awaited } = this.memoryOf(ownerKey);
    for (const { key } of this.activeOf(ownerKey)) {
      if (awaited.has(key)) continue;
      awaited.add(key);
      this.client.delete("Pod", key, null, why, null, null);
    }
  }

  private ownerChanged({ key, deleted, fact }: RevisionOf<K>): void {
    if (deleted) this.deletions.set(key, fact);
    else this.deletions.delete(key);
    this.queue.add(key);
  }

  private podChanged(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    const ownerKey = this.index.ownerOf(revision.object);
    if (ownerKey === null) return;
    const memory = this.memoryOf(ownerKey);
    const active = !revision.deleted && isActive(revision.object);
    if (former === null || !active) memory.awaited.delete(revision.key);
    if (!active && former !== null && isActive(former.object)) {
      memory.losses.push(revision);
      memory.lastLoss = revision;
    }
    const ended = revision.deleted || !isTerminating(revision.object);
    if (ended && former !== null && isTerminating(former.object)) memory.lastEnd = revision;
    const owner = this.reader.get(this.owner.kind, ownerKey);
    const recheck = owner === null ? 0 : this.owner.recheckSeconds(owner.object);
    const turnedReady = revision.object.status.ready.status && former?.object.status.ready.status !== true;
    if (active && turnedReady && recheck > 0) this.queue.addAfter(ownerKey, recheck * SECOND);
    this.queue.add(ownerKey);
  }

  private memoryOf(ownerKey: string): Memory {
    let memory = this.memories.get(ownerKey);
    if (memory === undefined) {
      memory = { nextOrdinal: 0, awaited: new Set(), losses: [], lastLoss: null, lastEnd: null };
      this.memories.set(ownerKey, memory);
    }
    return memory;
  }
}
