/**
 * The ReplicaSet controller of kube-controller-manager (pkg/controller/replicaset/replica_set.go, about 1.32).
 *
 * A sync creates missing pods in slow-start batches or deletes surplus ones all at once, then writes the status when it
 * has changed. Until the reader has seen all of that (the expectations), further syncs only write statuses. Pods of a
 * deleted ReplicaSet go with it, which upstream leaves to the garbage collector.
 */
import type { ApiClient, Why, WriteResult } from "../apiserver/client.js";
import type { Revision, RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { SECOND } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import { keyOf, type Pod, type ReplicaSet } from "../model/objects.js";
import { heldSince, newestFact } from "./causes.js";
import { OwnedIndex } from "./owned-index.js";
import { type RankedPod, rankPodsForDeletion } from "./pod-ranking.js";
import { BURST_REPLICAS, isActive, newPod, replicaSetStatus, slowStartBatches } from "./replicaset.js";
import { WorkQueue } from "./work-queue.js";

/** `--concurrent-replicaset-syncs`. */
const WORKERS = 5;

/** What the controller remembers of a ReplicaSet between two syncs. */
interface Memory {
  nextOrdinal: number;
  /** Pods whose creation or deletion the reader has not seen yet. */
  readonly expected: Set<string>;
  /** Revisions by which active pods were lost and not yet replaced. */
  losses: RevisionOf<"Pod">[];
  /** The newest of all such revisions, replaced or not. */
  lastLoss: RevisionOf<"Pod"> | null;
}

interface Sync {
  readonly controller: ReplicaSetController;
  readonly replicaSet: RevisionOf<"ReplicaSet">;
  readonly active: readonly RevisionOf<"Pod">[];
  readonly memory: Memory;
  /** Sizes of the batches of creations that are left. */
  readonly batches: number[];
  /** Causes of the creations that are left. */
  readonly causes: FactId[];
  pending: number;
  failed: boolean;
}

interface Call {
  readonly sync: Sync;
  readonly podKey: string;
}

export class ReplicaSetController {
  private readonly queue: WorkQueue;
  private readonly pods: OwnedIndex<"Pod">;
  private readonly siblings: OwnedIndex<"ReplicaSet">;
  private readonly memories = new Map<string, Memory>();
  private readonly deletions = new Map<string, FactId>();

  /** Registers its handlers: call it before `reader.start()`. Kinds: ReplicaSet, Pod. */
  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
  ) {
    this.queue = new WorkQueue(context, { workers: WORKERS }, (key) => this.sync(key));
    this.pods = new OwnedIndex(reader, "Pod", "ReplicaSet");
    this.siblings = new OwnedIndex(reader, "ReplicaSet", "Deployment");
    reader.on("ReplicaSet", (revision) => {
      if (revision.deleted) this.deletions.set(revision.key, revision.fact);
      else this.deletions.delete(revision.key);
      this.queue.add(revision.key);
    });
    reader.on("Pod", (revision, former) => this.podChanged(revision, former));
  }

  private podChanged(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    const key = this.pods.ownerOf(revision.object);
    if (key === null) return;
    const memory = this.memoryOf(key);
    const active = !revision.deleted && isActive(revision.object);
    if (former === null || !active) memory.expected.delete(revision.key);
    if (!active && former !== null && isActive(former.object)) {
      memory.losses.push(revision);
      memory.lastLoss = revision;
    }
    const minReady = this.reader.get("ReplicaSet", key)?.object.spec.minReadySeconds ?? 0;
    const turnedReady = revision.object.status.ready.status && former?.object.status.ready.status !== true;
    // one second more, because condition times are whole seconds
    if (active && turnedReady && minReady > 0) this.queue.addAfter(key, (minReady + 1) * SECOND);
    this.queue.add(key);
  }

  private sync(key: string): void {
    const replicaSet = this.reader.get("ReplicaSet", key);
    const owned = this.pods.of(key);
    if (replicaSet === null) {
      this.removePods(key, owned);
      return;
    }
    const memory = this.memoryOf(key);
    const active = owned.filter(({ object }) => isActive(object));
    const sync: Sync = {
      controller: this,
      replicaSet,
      active,
      memory,
      batches: [],
      causes: [],
      pending: 0,
      failed: false,
    };
    if (memory.expected.size > 0) {
      this.updateStatus(sync);
      return;
    }
    const missing = replicaSet.object.spec.replicas - active.length;
    const { losses } = memory;
    memory.losses = [];
    if (missing < 0) {
      this.deletePods(sync, Math.min(-missing, BURST_REPLICAS));
      return;
    }
    const count = Math.min(missing, BURST_REPLICAS);
    sync.batches.push(...slowStartBatches(count));
    for (let i = 0; i < count; i++) sync.causes.push(losses[i]?.fact ?? wantedSince(replicaSet));
    this.createBatch(sync);
  }

  /** @internal Sends the next batch of creations, and goes on to the status after the last or a failed one. */
  createBatch(sync: Sync): void {
    const size = sync.batches.shift();
    if (size === undefined || sync.failed) {
      this.updateStatus(sync);
      return;
    }
    const { memory, replicaSet } = sync;
    sync.pending = size;
    for (let i = 0; i < size; i++) {
      const pod = newPod(replicaSet.object, memory.nextOrdinal++);
      const podKey = keyOf(pod);
      memory.expected.add(podKey);
      const why: Why = { cause: sync.causes.shift() ?? NO_FACT, detail: `by ${replicaSet.object.metadata.name}` };
      this.client.create(pod, why, podCreated, { sync, podKey });
    }
  }

  private deletePods(sync: Sync, count: number): void {
    const ranked = rankPodsForDeletion(this.ranked(sync), this.context.now).slice(0, count);
    sync.pending = ranked.length;
    const why: Why = { cause: wantedSince(sync.replicaSet), detail: "to scale down" };
    for (const { pod } of ranked) sync.memory.expected.add(keyOf(pod));
    for (const { pod } of ranked) {
      this.client.delete("Pod", keyOf(pod), null, why, podDeleted, { sync, podKey: keyOf(pod) });
    }
  }

  private ranked(sync: Sync): RankedPod[] {
    const onNode = new Map<string, number>();
    for (const pod of this.related(sync.replicaSet)) {
      if (isActive(pod)) onNode.set(pod.spec.nodeName, (onNode.get(pod.spec.nodeName) ?? 0) + 1);
    }
    const { random } = this.context.simulation;
    return sync.active.map(({ object }) => ({
      pod: object,
      neighbours: onNode.get(object.spec.nodeName) ?? 0,
      uid: uniform(random.key(`Pod/${keyOf(object)}`, "uid"), 0),
    }));
  }

  /** Pods of all ReplicaSets with the same owner. */
  private related(replicaSet: RevisionOf<"ReplicaSet">): Pod[] {
    const owner = this.siblings.ownerOf(replicaSet.object);
    const keys = owner === null ? [replicaSet.key] : this.siblings.of(owner).map((each) => each.key);
    return keys.flatMap((key) => this.pods.of(key).map((pod) => pod.object));
  }

  /** @internal One answer of several; after the last one the sync goes on. */
  answered({ sync, podKey }: Call, ok: boolean): void {
    if (!ok) {
      sync.failed = true;
      sync.memory.expected.delete(podKey);
    }
    sync.pending--;
    if (sync.pending === 0) this.createBatch(sync);
  }

  private updateStatus(sync: Sync): void {
    const { replicaSet, active } = sync;
    const { minReadySeconds } = replicaSet.object.spec;
    const pods = active.map((pod) => pod.object);
    const status = replicaSetStatus(pods, minReadySeconds, this.context.now);
    if (equalStatus(status, replicaSet.object.status)) {
      this.finish(sync);
      return;
    }
    const why: Why = { cause: this.statusCause(sync), detail: `${status.ready} of ${status.replicas} ready` };
    const change = (now: ReplicaSet): ReplicaSet | null =>
      equalStatus(status, now.status) ? null : { ...now, status };
    this.client.patch("ReplicaSet", replicaSet.key, change, why, statusWritten, sync);
  }

  /** The newest pod that became or ceased to be what is counted. */
  private statusCause(sync: Sync): FactId {
    const inputs: Revision[] = sync.active.map((pod) =>
      heldSince(pod, (former) => isActive(former) && former.status.ready.status === pod.object.status.ready.status),
    );
    return newestFact([...inputs, sync.memory.lastLoss]);
  }

  /** @internal */
  finish(sync: Sync): void {
    const { key, object } = sync.replicaSet;
    if (sync.failed) this.queue.addRateLimited(key);
    else this.queue.forget(key);
    const { minReadySeconds, replicas } = object.spec;
    const pods = sync.active.map((pod) => pod.object);
    const status = replicaSetStatus(pods, minReadySeconds, this.context.now);
    if (minReadySeconds > 0 && status.ready === replicas && status.available !== replicas) {
      this.queue.addAfter(key, minReadySeconds * SECOND);
    }
    this.queue.done(key);
  }

  private removePods(key: string, owned: readonly RevisionOf<"Pod">[]): void {
    const why: Why = { cause: this.deletions.get(key) ?? NO_FACT };
    const { expected } = this.memoryOf(key);
    for (const { key: podKey, object } of owned) {
      if (!isActive(object) || expected.has(podKey)) continue;
      expected.add(podKey);
      this.client.delete("Pod", podKey, null, why, null, null);
    }
    this.queue.done(key);
  }

  private memoryOf(key: string): Memory {
    let memory = this.memories.get(key);
    if (memory === undefined) {
      memory = { nextOrdinal: 0, expected: new Set(), losses: [], lastLoss: null };
      this.memories.set(key, memory);
    }
    return memory;
  }
}

function podCreated(call: Call, { status }: WriteResult): void {
  call.sync.controller.answered(call, status === "committed");
}

/** A pod that is gone already, or being deleted already, is what was wanted. */
function podDeleted(call: Call, { status }: WriteResult): void {
  call.sync.controller.answered(call, status === "committed" || status === "unchanged" || status === "not-found");
}

function statusWritten(sync: Sync): void {
  sync.controller.finish(sync);
}

function wantedSince(replicaSet: RevisionOf<"ReplicaSet">): FactId {
  return heldSince(replicaSet, ({ spec }) => spec.replicas === replicaSet.object.spec.replicas).fact;
}

function equalStatus(x: ReplicaSet["status"], y: ReplicaSet["status"]): boolean {
  return x.replicas === y.replicas && x.ready === y.ready && x.available === y.available;
}
