/**
 * The taint-eviction-controller: deletes pods from nodes whose NoExecute taints they do not tolerate (any longer)
 * (pkg/controller/tainteviction/taint_eviction.go, about 1.32).
 *
 * A toleration's seconds count from the moment when this process saw the taint, not from the taint itself. A deletion is
 * three calls: get, the DisruptionTarget condition (here the status's reason), delete.
 */
import type { ApiClient } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { entityOf, type Pod, type Taint, type Toleration } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { tolerationOf } from "./scheduling-taints.js";

const REASON = "DeletionByTaintManager";

interface PlannedEviction {
  readonly controller: TaintEvictionController;
  readonly pod: string;
  readonly node: string;
  timer: Timer;
  /** The fact of the plan, which causes the deletion. */
  readonly fact: FactId;
}

/**
 * How long a pod with these tolerations may stay under these taints: 0 when one is not tolerated (or for no time),
 * Infinity when all are tolerated without limit. Of several matching tolerations the first one counts.
 */
export function toleratedFor(tolerations: readonly Toleration[], taints: readonly Taint[]): Micros {
  let shortest = Number.POSITIVE_INFINITY;
  for (const taint of taints) {
    const toleration = tolerationOf(tolerations, taint);
    if (toleration === null) return 0;
    const seconds = toleration.tolerationSeconds;
    if (seconds !== null) shortest = Math.min(shortest, Math.max(0, seconds) * SECOND);
  }
  return shortest;
}

export class TaintEvictionController {
  private readonly planned = new Map<string, PlannedEviction>();
  /** NoExecute taints by node, for the nodes that have some. */
  private readonly tainted = new Map<string, readonly Taint[]>();

  /** `reader` watches Nodes and Pods; whoever owns it starts it. */
  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
  ) {
    reader.on("Node", (revision, former) => this.nodeArrived(revision, former));
    reader.on("Pod", (revision, former) => this.podArrived(revision, former));
  }

  private nodeArrived(revision: RevisionOf<"Node">, former: RevisionOf<"Node"> | null): void {
    const node = revision.key;
    if (former !== null && !revision.deleted && former.object.spec.taints === revision.object.spec.taints) return;
    const taints = revision.deleted ? [] : revision.object.spec.taints.filter((taint) => taint.effect === "NoExecute");
    if (taints.length === 0) {
      if (!this.tainted.delete(node)) return;
      for (const eviction of [...this.planned.values()]) if (eviction.node === node) this.cancel(eviction.pod);
      return;
    }
    this.tainted.set(node, taints);
    for (const pod of this.reader.all("Pod")) {
      if (pod.object.spec.nodeName === node) this.consider(pod, taints, revision.fact);
    }
  }

  private podArrived(revision: RevisionOf<"Pod">, former: RevisionOf<"Pod"> | null): void {
    if (revision.deleted) {
      this.cancel(revision.key);
      return;
    }
    const { nodeName, tolerations } = revision.object.spec;
    const before = former?.object.spec;
    if (nodeName === "" || (before?.nodeName === nodeName && before.tolerations === tolerations)) return;
    const taints = this.tainted.get(nodeName);
    if (taints !== undefined) this.consider(revision, taints, revision.fact);
  }

  /** `cause` is what made the pod and the taint meet. */
  private consider(revision: RevisionOf<"Pod">, taints: readonly Taint[], cause: FactId): void {
    const { key, object } = revision;
    // a second deletion would change nothing
    if (object.metadata.deletionTimestamp !== null) return;
    const time = toleratedFor(object.spec.tolerations, taints);
    if (time === Number.POSITIVE_INFINITY) {
      this.cancel(key);
      return;
    }
    // what was planned keeps its start, so a later plan never comes earlier, except for an intolerable taint
    if (this.planned.has(key) && time > 0) return;
    this.cancel(key);
    this.planEviction(object, key, time, taints, cause);
  }

  private planEviction(pod: Pod, key: string, time: Micros, taints: readonly Taint[], cause: FactId): void {
    const detail = `in ${time / SECOND} s, because of ${taints.map((taint) => taint.key).join(", ")}`;
    const fact = this.context.record(FactKind.evictionPlanned, entityOf(pod), detail, cause);
    const eviction: PlannedEviction = { controller: this, pod: key, node: pod.spec.nodeName, timer: -1, fact };
    this.planned.set(key, eviction);
    eviction.timer = this.context.after(time, Phase.write, evict, eviction);
  }

  private cancel(pod: string): void {
    const eviction = this.planned.get(pod);
    if (eviction === undefined) return;
    this.context.cancel(eviction.timer);
    this.planned.delete(pod);
  }

  /** @internal */
  evict(eviction: PlannedEviction): void {
    this.planned.delete(eviction.pod);
    this.client.read("Pod", eviction.pod, markTarget, eviction);
  }

  /** @internal */
  markTarget(eviction: PlannedEviction): void {
    const why = { cause: eviction.fact, detail: REASON };
    this.client.patch("Pod", eviction.pod, (pod) => asDisruptionTarget(pod), why, deletePod, eviction);
  }

  /** @internal */
  deletePod(eviction: PlannedEviction): void {
    const why = { cause: eviction.fact, detail: "by taint eviction" };
    this.client.delete("Pod", eviction.pod, null, why, null, null);
  }
}

function asDisruptionTarget(pod: Pod): Pod {
  return { ...pod, status: { ...pod.status, reason: REASON } };
}

function evict(eviction: PlannedEviction): void {
  eviction.controller.evict(eviction);
}

function markTarget(eviction: PlannedEviction): void {
  eviction.controller.markTarget(eviction);
}

function deletePod(eviction: PlannedEviction): void {
  eviction.controller.deletePod(eviction);
}
