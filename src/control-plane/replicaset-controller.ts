/**
 * The ReplicaSet controller of kube-controller-manager (pkg/controller/replicaset/replica_set.go, 1.32 and 1.37).
 *
 * A sync creates missing pods in slow-start batches or deletes surplus ones all at once, then writes the status when it
 * has changed. While pods are awaited, it only writes the status.
 */
import type { ApiClient, Why } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { type Micros, SECOND } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import { keyOf, type Pod, type ReplicaSet } from "../model/objects.js";
import { isActive, isTerminating, nextAvailable } from "./active-pod.js";
import { heldSince, newestFact } from "./causes.js";
import { newPod } from "./new-pod.js";
import { OwnedIndex } from "./owned-index.js";
import { OwnedPods, type PodOwner } from "./owned-pods.js";
import { type RankedPod, rankPodsForDeletion } from "./pod-ranking.js";
import type { NewPod } from "./pod-writes.js";
import { BURST_REPLICAS, replicaSetStatus } from "./replicaset.js";
import { WorkQueue } from "./work-queue.js";

/** `--concurrent-replicaset-syncs`. */
const WORKERS = 5;

/** Since 1.34 the controller plans for itself when it will look at its pods again. */
const OWNER: PodOwner<"ReplicaSet"> = { kind: "ReplicaSet", recheckSeconds: () => 0 };
/** Before: one second more than they have to be ready, because condition times are whole seconds. */
const EARLIER_OWNER: PodOwner<"ReplicaSet"> = {
  kind: "ReplicaSet",
  recheckSeconds: ({ spec }) => (spec.minReadySeconds === 0 ? 0 : spec.minReadySeconds + 1),
};

export interface ReplicaSetControllerOptions {
  /** It looks at a pod when that becomes available, and not some time later. */
  readonly countsAvailableInTime: boolean;
  /** Its status counts pods that are being deleted. */
  readonly countsTerminating: boolean;
}

interface Sync {
  readonly controller: ReplicaSetController;
  readonly replicaSet: RevisionOf<"ReplicaSet">;
  readonly active: readonly RevisionOf<"Pod">[];
  /** Pods that are being deleted, in versions that count them. */
  readonly terminating: readonly Pod[];
  complete: boolean;
  /** When the status was counted, and what it said. */
  countedAt: Micros;
  status: ReplicaSet["status"];
}

export class ReplicaSetController {
  private readonly queue: WorkQueue;
  private readonly siblings: OwnedIndex<"ReplicaSet">;
  private readonly pods: OwnedPods<"ReplicaSet">;

  /** Registers its handlers: call it before `reader.start()`. Kinds: ReplicaSet, Pod. */
  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly options: ReplicaSetControllerOptions,
  ) {
    this.queue = new WorkQueue(context, { workers: WORKERS }, (key) => this.sync(key));
    this.siblings = new OwnedIndex(reader, "ReplicaSet", "Deployment");
    this.pods = new OwnedPods(reader, client, this.queue, options.countsAvailableInTime ? OWNER : EARLIER_OWNER);
  }

  private sync(key: string): void {
    const replicaSet = this.reader.get("ReplicaSet", key);
    if (replicaSet === null) {
      this.pods.removeOrphans(key);
      this.queue.done(key);
      return;
    }
    const active = this.pods.activeOf(key);
    const terminating = this.options.countsTerminating ? this.terminatingOf(key) : [];
    const [countedAt, { status }] = [this.context.now, replicaSet.object];
    const sync: Sync = { controller: this, replicaSet, active, terminating, complete: true, countedAt, status };
    if (this.pods.isAwaiting(key)) {
      this.updateStatus(sync);
      return;
    }
    const losses = this.pods.takeLosses(key);
    const missing = replicaSet.object.spec.replicas - active.length;
    if (missing < 0) {
      this.removePods(sync, Math.min(-missing, BURST_REPLICAS));
      return;
    }
    let created = 0;
    const next = (ordinal: number): NewPod =>
      podOf(replicaSet.object, ordinal, losses[created++]?.fact ?? wantedSince(replicaSet));
    this.pods.create(key, Math.min(missing, BURST_REPLICAS), next, podsWritten, sync);
  }

  private terminatingOf(key: string): Pod[] {
    return this.pods.of(key).flatMap(({ object }) => (isTerminating(object) ? [object] : []));
  }

  private removePods(sync: Sync, count: number): void {
    const ranked = rankPodsForDeletion(this.ranked(sync), this.context.now).slice(0, count);
    const why: Why = { cause: wantedSince(sync.replicaSet), detail: "to scale down" };
    this.pods.remove(
      sync.replicaSet.key,
      ranked.map(({ pod }) => pod),
      () => why,
      podsWritten,
      sync,
    );
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

  /** @internal */
  updateStatus(sync: Sync): void {
    const { replicaSet, active } = sync;
    const status = this.count(sync);
    if (equalStatus(status, replicaSet.object.status)) {
      this.finish(sync);
      return;
    }
    const ended =
      status.terminating < replicaSet.object.status.terminating ? this.pods.lastEndOf(replicaSet.key) : null;
    const cause = newestFact([...this.pods.countedSince(replicaSet.key, active), ended]);
    const why: Why = { cause, detail: `${status.ready} of ${status.replicas} ready` };
    const change = (now: ReplicaSet): ReplicaSet | null =>
      equalStatus(status, now.status) ? null : { ...now, status };
    this.client.patch("ReplicaSet", replicaSet.key, change, why, statusWritten, sync);
  }

  /** @internal */
  finish(sync: Sync): void {
    const { key, object } = sync.replicaSet;
    if (sync.complete) this.queue.forget(key);
    else this.queue.addRateLimited(key);
    if (object.spec.minReadySeconds > 0) this.planRecheck(sync);
    this.queue.done(key);
  }

  /** As of now: pods become available by waiting. */
  private count(sync: Sync): ReplicaSet["status"] {
    const { minReadySeconds } = sync.replicaSet.object.spec;
    sync.countedAt = this.context.now;
    sync.status = replicaSetStatus([...podsOf(sync), ...sync.terminating], minReadySeconds, sync.countedAt);
    return sync.status;
  }

  /** Nobody tells the controller when a pod has been ready for long enough. */
  private planRecheck(sync: Sync): void {
    const { key, object } = sync.replicaSet;
    const { minReadySeconds, replicas } = object.spec;
    const { ready, available } = sync.status;
    if (this.options.countsAvailableInTime) {
      const next = nextAvailable(podsOf(sync), minReadySeconds, sync.countedAt);
      if (next !== Number.POSITIVE_INFINITY) this.queue.addAfter(key, next - this.context.now);
    } else if (ready === replicas && available !== replicas) {
      this.queue.addAfter(key, minReadySeconds * SECOND);
    }
  }
}

function podsOf({ active }: Sync): Pod[] {
  return active.map((pod) => pod.object);
}

function podsWritten(sync: Sync, complete: boolean): void {
  sync.complete = complete;
  sync.controller.updateStatus(sync);
}

function statusWritten(sync: Sync): void {
  sync.controller.finish(sync);
}

function podOf({ kind, metadata, spec }: ReplicaSet, ordinal: number, cause: FactId): NewPod {
  const { namespace, name } = metadata;
  return { pod: newPod({ kind, name }, namespace, spec.template, ordinal), why: { cause, detail: `by ${name}` } };
}

function wantedSince(replicaSet: RevisionOf<"ReplicaSet">): FactId {
  return heldSince(replicaSet, ({ spec }) => spec.replicas === replicaSet.object.spec.replicas).fact;
}

function equalStatus(x: ReplicaSet["status"], y: ReplicaSet["status"]): boolean {
  const equalActive = x.replicas === y.replicas && x.ready === y.ready && x.available === y.available;
  return equalActive && x.terminating === y.terminating;
}
