/**
 * The Deployment controller of kube-controller-manager (pkg/controller/deployment). A sync reads the reader's stores,
 * creates the new ReplicaSet if there is none, scales it or the old ones, and updates the status when it has changed. A ReplicaSet that has changed
 * meanwhile gives a conflict and a retry. ReplicaSets of a deleted Deployment go with it, which upstream leaves to the
 * garbage collector; old ReplicaSets of size 0 stay (revisionHistoryLimit is not modelled).
 */
import type { ApiClient, Why, WriteResult } from "../apiserver/client.js";
import type { Revision, RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type Deployment, isTerminal, type ReplicaSet } from "../model/objects.js";
import { heldSince, newestFact } from "./causes.js";
import { newReplicaSetName, planDeployment } from "./deployment-plan.js";
import { OwnedIndex } from "./owned-index.js";
import { WorkQueue } from "./work-queue.js";

/** `--concurrent-deployment-syncs`. */
const WORKERS = 5;
const MAX_RETRIES = 15;

interface Sync {
  readonly controller: DeploymentController;
  readonly deployment: RevisionOf<"Deployment">;
  readonly replicaSets: readonly RevisionOf<"ReplicaSet">[];
  readonly scale: readonly ReplicaSet[];
  next: number;
  readonly cause: FactId;
}

interface CleanUp {
  readonly controller: DeploymentController;
  readonly key: string;
  readonly left: RevisionOf<"ReplicaSet">[];
}

export interface DeploymentControllerOptions {
  /** ReplicaSets tell how many pods are being deleted. */
  readonly countsTerminating: boolean;
}

export class DeploymentController {
  private readonly queue: WorkQueue;
  private readonly replicaSets: OwnedIndex<"ReplicaSet">;
  private readonly pods: OwnedIndex<"Pod">;
  /** Facts of the deletions of Deployments that are gone. */
  private readonly deletions = new Map<string, FactId>();
  /** The newest end of a pod, by ReplicaSet: what Recreate waits for. */
  private readonly ends = new Map<string, RevisionOf<"Pod">>();

  /** Registers its handlers: call it before `reader.start()`. Kinds: Deployment, ReplicaSet, Pod. */
  constructor(
    context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly options: DeploymentControllerOptions,
  ) {
    this.queue = new WorkQueue(context, { workers: WORKERS }, (key) => this.sync(key));
    this.replicaSets = new OwnedIndex(reader, "ReplicaSet", "Deployment");
    this.pods = new OwnedIndex(reader, "Pod", "ReplicaSet");
    reader.on("Deployment", (revision) => {
      if (revision.deleted) this.deletions.set(revision.key, revision.fact);
      else this.deletions.delete(revision.key);
      this.queue.add(revision.key);
    });
    reader.on("ReplicaSet", (revision) => {
      const deployment = this.replicaSets.ownerOf(revision.object);
      if (deployment !== null) this.queue.add(deployment);
    });
    reader.on("Pod", (revision, former) => this.podChanged(revision, former));
  }

  /**
   * Only Recreate waits for pods to end, and of pods it hears nothing but that the last one is gone. Where ReplicaSets count
   * pods that are being deleted, their statuses tell earlier, when the last one has ended.
   */
  private podChanged(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    const wasTerminal = former !== null && isTerminal(former.object);
    if (!revision.deleted && (wasTerminal || !isTerminal(revision.object))) return;
    const owner = this.pods.ownerOf(revision.object);
    const replicaSet = owner === null ? null : this.reader.get("ReplicaSet", owner);
    const key = replicaSet === null ? null : this.replicaSets.ownerOf(replicaSet.object);
    const deployment = key === null ? null : this.reader.get("Deployment", key);
    if (owner === null || deployment?.object.spec.rollingUpdate !== null) return;
    if (this.options.countsTerminating ? !wasTerminal : revision.deleted) this.ends.set(owner, revision);
    const left = this.replicaSets.of(deployment.key).some((each) => this.pods.of(each.key).length > 0);
    if (revision.deleted && !left) this.queue.add(deployment.key);
  }

  private sync(key: string): void {
    const deployment = this.reader.get("Deployment", key);
    const replicaSets = this.replicaSets.of(key).sort(byAge);
    if (deployment === null) {
      this.cleanUp({ controller: this, key, left: replicaSets });
      return;
    }
    const { object } = deployment;
    const name = newReplicaSetName(object);
    const old = replicaSets.filter((each) => each.object.metadata.name !== name);
    const recreate = object.spec.rollingUpdate === null;
    const running = recreate && old.some((each) => this.hasRunningPods(each.key));
    const plan = planDeployment(
      object,
      replicaSets.map((each) => each.object),
      running,
    );
    const cause = this.causeOf(deployment, replicaSets, plan.scale);
    const sync: Sync = { controller: this, deployment, replicaSets, scale: plan.scale, next: 0, cause };
    if (plan.create === null) this.scale(sync);
    else {
      const why: Why = {
        cause: this.causeOf(deployment, replicaSets, []),
        detail: `with ${plan.create.spec.replicas} replicas`,
      };
      this.client.create(plan.create, why, created, sync);
    }
  }

  private hasRunningPods(replicaSetKey: string): boolean {
    return this.pods.of(replicaSetKey).some(({ object }) => !isTerminal(object));
  }

  /**
   * The newest of what made this step possible: the wanted state, the ReplicaSets' sizes, and, when old ones shrink, how
   * many pods are available or (Recreate) left.
   */
  private causeOf(
    deployment: RevisionOf<"Deployment">,
    replicaSets: readonly RevisionOf<"ReplicaSet">[],
    scale: readonly ReplicaSet[],
  ): FactId {
    const recreate = deployment.object.spec.rollingUpdate === null;
    const counts = recreate || scale.some((each) => shrinks(each, replicaSets));
    const inputs = replicaSets.map((revision) => {
      const { spec, status } = revision.object;
      return heldSince(revision, (former) => {
        if (former.spec.replicas !== spec.replicas) return false;
        return !counts || equalCounts(former.status, status);
      });
    });
    const ended = recreate ? replicaSets.map((each) => this.ends.get(each.key) ?? null) : [];
    return newestFact([wantedSince(deployment), ...inputs, ...ended]);
  }

  /** @internal Writes the next new size, then the status. */
  scale(sync: Sync): void {
    const replicaSet = sync.scale[sync.next];
    if (replicaSet === undefined) {
      this.updateStatus(sync);
      return;
    }
    const base = sync.replicaSets.find((each) => each.object.metadata.name === replicaSet.metadata.name);
    if (base === undefined) {
      this.fail(sync.deployment.key);
      return;
    }
    const detail = `replicas ${base.object.spec.replicas}→${replicaSet.spec.replicas}`;
    this.client.update(replicaSet, base, { cause: sync.cause, detail }, scaled, sync);
  }

  private updateStatus(sync: Sync): void {
    const { deployment, replicaSets } = sync;
    const status = statusOf(deployment.object, replicaSets);
    if (equalStatus(status, deployment.object.status)) {
      this.finish(deployment.key);
      return;
    }
    const inputs = replicaSets.map((each) =>
      heldSince(each, (former) => {
        const [before, now] = [former.status, each.object.status];
        return before.terminating === now.terminating && equalCounts(before, now);
      }),
    );
    const why: Why = {
      cause: newestFact([wantedSince(deployment), ...inputs]),
      detail: `${status.updated} updated, ${status.available} available`,
    };
    const change = (now: Deployment): Deployment | null =>
      equalStatus(status, now.status) ? null : { ...now, status };
    this.client.patch("Deployment", deployment.key, change, why, statusWritten, sync);
  }

  /** @internal Removes the ReplicaSets of a deleted Deployment one by one. */
  cleanUp(cleanUp: CleanUp): void {
    const replicaSet = cleanUp.left.shift();
    if (replicaSet === undefined) {
      this.finish(cleanUp.key);
      return;
    }
    const cause = this.deletions.get(cleanUp.key) ?? NO_FACT;
    this.client.delete("ReplicaSet", replicaSet.key, null, { cause }, removed, cleanUp);
  }

  /** @internal */
  finish(key: string): void {
    this.queue.forget(key);
    this.queue.done(key);
  }

  /** @internal */
  fail(key: string): void {
    if (this.queue.failuresOf(key) < MAX_RETRIES) this.queue.addRateLimited(key);
    else this.queue.forget(key);
    this.queue.done(key);
  }
}

function created(sync: Sync, { status }: WriteResult): void {
  if (status === "committed") sync.controller.scale(sync);
  else sync.controller.fail(sync.deployment.key);
}

function scaled(sync: Sync, { status }: WriteResult): void {
  if (status !== "committed") {
    sync.controller.fail(sync.deployment.key);
    return;
  }
  sync.next++;
  sync.controller.scale(sync);
}

function statusWritten(sync: Sync): void {
  sync.controller.finish(sync.deployment.key);
}

function removed(cleanUp: CleanUp): void {
  cleanUp.controller.cleanUp(cleanUp);
}

function wantedSince(deployment: RevisionOf<"Deployment">): RevisionOf<"Deployment"> {
  return heldSince(deployment, ({ spec }) => spec === deployment.object.spec);
}

function shrinks(replicaSet: ReplicaSet, before: readonly RevisionOf<"ReplicaSet">[]): boolean {
  const { name } = replicaSet.metadata;
  const base = before.find(({ object }) => object.metadata.name === name);
  return base !== undefined && replicaSet.spec.replicas < base.object.spec.replicas;
}

function equalCounts(x: ReplicaSet["status"], y: ReplicaSet["status"]): boolean {
  return x.replicas === y.replicas && x.available === y.available;
}

function statusOf(deployment: Deployment, replicaSets: readonly RevisionOf<"ReplicaSet">[]): Deployment["status"] {
  const name = newReplicaSetName(deployment);
  const status = { replicas: 0, updated: 0, ready: 0, available: 0, terminating: 0 };
  for (const { object } of replicaSets) {
    status.replicas += object.status.replicas;
    status.ready += object.status.ready;
    status.available += object.status.available;
    status.terminating += object.status.terminating;
    if (object.metadata.name === name) status.updated += object.status.replicas;
  }
  return status;
}

function equalStatus(x: Deployment["status"], y: Deployment["status"]): boolean {
  const equalActive = x.replicas === y.replicas && x.ready === y.ready && x.available === y.available;
  return equalActive && x.updated === y.updated && x.terminating === y.terminating;
}

/** Oldest first; of equals by name. */
function byAge(x: Revision, y: Revision): number {
  const age = x.object.metadata.creationTimestamp - y.object.metadata.creationTimestamp;
  return age !== 0 ? age : x.key < y.key ? -1 : 1;
}
