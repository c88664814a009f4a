/**
 * kube-scheduler: one pod at a time, onto the best of the nodes that can take it (pkg/scheduler/schedule_one.go).
 *
 * It decides by what it has seen arrive and by what it has bound itself; bindings are sent without waiting for their
 * answers. Not modelled: preemption, priorities, ports of the node, volumes, affinity terms, images on nodes.
 */
import type { ApiClient, WriteResult } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { bits, uniform } from "../engine/random.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import { entityOf, isTerminal, type Kind, type Node, type Pod } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { POD_OWNERS } from "../model/workload.js";
import { type QueuedPod, SchedulingQueue } from "./scheduler-queue.js";
import { SchedulingCluster } from "./scheduling-cluster.js";
import { explainObjections, OBJECTIONS_TO_ROOM, objectionsOf } from "./scheduling-filter.js";
import type { SchedulingNode } from "./scheduling-node.js";
import { requestOf } from "./scheduling-request.js";
import { type BalanceBehaviour, scoresOf } from "./scheduling-score.js";

/** What its reader has to watch. */
export const SCHEDULER_KINDS: readonly Kind[] = ["Pod", "Node", ...POD_OWNERS.map(({ kind }) => kind), "Service"];

/** One scheduling cycle: about 100 pods a second get through (upstream's scheduler_perf thresholds; assumed). */
const CYCLE: Micros = 10 * MILLISECOND;

/** minFeasibleNodesToFind, and the adaptive percentage: 50 − nodes / 125, at least 5. */
const FEASIBLE_NODES_MIN = 100;

/** How many nodes that can take a pod are looked for, of `count` nodes (schedule_one.go `numFeasibleNodesToFind`). */
export function feasibleNodesToFind(count: number): number {
  if (count < FEASIBLE_NODES_MIN) return count;
  const percentage = Math.max(5, 50 - Math.floor(count / 125));
  return Math.max(FEASIBLE_NODES_MIN, Math.floor((count * percentage) / 100));
}

/** What it does otherwise in other versions. */
export type SchedulerBehaviour = Pick<VersionedBehaviour, "schedulesFromBackoff"> & BalanceBehaviour;

interface Binding {
  readonly scheduler: Scheduler;
  readonly pod: string;
}

export class Scheduler {
  private readonly cluster: SchedulingCluster;
  private readonly queue: SchedulingQueue;
  private busy = false;
  private flushTimer: Timer = NO_TIMER;
  private flushAt: Micros = Number.POSITIVE_INFINITY;
  /** Where the next search begins, so that all nodes of a large cluster get their turn. */
  private start = 0;

  /** `reader` watches `SCHEDULER_KINDS`; whoever owns it starts it. */
  constructor(
    private readonly context: Context,
    reader: WatchReader,
    private readonly client: ApiClient,
    private readonly behaviour: SchedulerBehaviour,
  ) {
    this.cluster = new SchedulingCluster(reader, context.simulation.random);
    const phase = Math.floor(uniform(context.key("backoff flush"), 0) * SECOND);
    this.queue = new SchedulingQueue(phase, behaviour.schedulesFromBackoff);
    reader.on("Pod", (revision) => this.podArrived(revision));
    reader.on("Node", (revision, former) => this.nodeArrived(revision, former));
  }

  private podArrived(revision: RevisionOf<"Pod">): void {
    const { key, object: pod } = revision;
    if (revision.deleted || isTerminal(pod)) {
      this.queue.remove(key);
      this.podLeft(key, revision.fact);
    } else if (pod.spec.nodeName !== "") {
      this.queue.remove(key);
      this.cluster.place(key, pod, pod.spec.nodeName, false);
    } else if (this.cluster.placementOf(key) === null) {
      this.queue.add(revision, requestOf(pod.spec), this.context.now);
    }
    this.proceed();
  }

  private podLeft(key: string, fact: FactId): void {
    const placement = this.cluster.remove(key);
    if (placement === null) return;
    placement.node.openedBy = fact;
    this.queue.move((pod) => (pod.objections & OBJECTIONS_TO_ROOM) !== 0, this.context.now);
  }

  private nodeArrived(revision: RevisionOf<"Node">, former: RevisionOf<"Node"> | null): void {
    const node = this.cluster.setNode(revision);
    if (revision.deleted || (former !== null && sameForPods(former.object, revision.object))) return;
    node.openedBy = revision.fact;
    this.queue.move((pod) => objectionsOf(pod.revision.object, pod.request, node) === 0, this.context.now);
    this.proceed();
  }

  /** Begins a cycle if a pod waits and none is under way, and plans the next flush of the backoff queue. */
  private proceed(): void {
    const { context, queue } = this;
    if (!this.busy && queue.ready) {
      this.busy = true;
      context.after(context.now < 0 ? 0 : CYCLE, Phase.write, endCycle, this);
    }
    const flushAt = queue.nextFlush();
    if (flushAt === this.flushAt) return;
    context.cancel(this.flushTimer);
    this.flushAt = flushAt;
    this.flushTimer = flushAt === Number.POSITIVE_INFINITY ? NO_TIMER : context.at(flushAt, Phase.write, flush, this);
  }

  /** @internal */
  flush(): void {
    this.flushTimer = NO_TIMER;
    this.flushAt = Number.POSITIVE_INFINITY;
    this.queue.flush(this.context.now);
    this.proceed();
  }

  /** @internal */
  endCycle(): void {
    this.busy = false;
    const pod = this.queue.take();
    if (pod !== null) this.schedule(pod);
    this.proceed();
  }

  private schedule(queued: QueuedPod): void {
    const feasible = this.feasibleNodes(queued);
    if (feasible.nodes.length === 0) {
      this.queue.fail(queued, feasible.objections, this.context.now);
      this.reportFailure(queued);
    } else {
      this.bind(queued, this.best(queued, feasible.nodes));
    }
  }

  private feasibleNodes(queued: QueuedPod): { readonly nodes: SchedulingNode[]; readonly objections: number } {
    const { nodes } = this.cluster;
    const wanted = feasibleNodesToFind(nodes.length);
    const found: SchedulingNode[] = [];
    let objections = 0;
    let looked = 0;
    for (; looked < nodes.length && found.length < wanted; looked++) {
      const node = nodes[(this.start + looked) % nodes.length]!;
      const objection = objectionsOf(queued.revision.object, queued.request, node);
      if (objection === 0) found.push(node);
      objections |= objection;
    }
    this.start = nodes.length === 0 ? 0 : (this.start + looked) % nodes.length;
    return { nodes: found, objections };
  }

  /** The node with the highest score; of equals, the one with the highest draw of (pod, node). */
  private best(queued: QueuedPod, nodes: readonly SchedulingNode[]): SchedulingNode {
    if (nodes.length === 1) return nodes[0]!;
    const pod = queued.revision.object;
    const scores = scoresOf(pod, queued.request, this.cluster.groups.groupOf(pod), nodes, this.behaviour);
    let highest = 0;
    for (const score of scores) highest = Math.max(highest, score);
    const key = this.context.simulation.random.key(entityOf(pod), "scheduler tie");
    let best: SchedulingNode | null = null;
    let bestDraw = -1;
    for (let i = 0; i < nodes.length; i++) {
      if (scores[i] !== highest) continue;
      const node = nodes[i]!;
      const draw = bits(key, node.tieIndex);
      if (draw < bestDraw || (draw === bestDraw && best !== null && best.name < node.name)) continue;
      best = node;
      bestDraw = draw;
    }
    return best!;
  }

  private bind(queued: QueuedPod, node: SchedulingNode): void {
    const { key, revision } = queued;
    this.queue.remove(key);
    this.cluster.place(key, revision.object, node.name, true);
    const { now } = this.context;
    // the first attempt needs no more than the pod; a later one succeeds because this node was opened in between
    const cause = queued.attempts === 1 ? birthOf(queued) : Math.max(birthOf(queued), node.openedBy);
    const why = { cause, kind: FactKind.podScheduled, detail: node.name };
    const binding: Binding = { scheduler: this, pod: key };
    this.client.patch("Pod", key, (pod) => bound(pod, node.name, now), why, answered, binding);
  }

  /** @internal */
  bindingAnswered(key: string, result: WriteResult): void {
    if (result.status === "committed" || this.cluster.placementOf(key)?.assumed !== true) return;
    this.podLeft(key, result.revision?.fact ?? this.context.simulation.cause);
    this.proceed();
  }

  private reportFailure(queued: QueuedPod): void {
    const reason = explainObjections(queued.revision.object, queued.request, this.cluster.nodes);
    if (reason === queued.reason) return;
    queued.reason = reason;
    const why = { cause: birthOf(queued), kind: FactKind.podUnschedulable, detail: reason };
    this.client.patch("Pod", queued.key, (pod) => withReason(pod, reason), why, null, null);
  }
}

/** The fact of the pod's creation; of its existence at time zero, when it was created before. */
function birthOf(queued: QueuedPod): FactId {
  return queued.created.time < 0 ? queued.revision.fact : queued.created.fact;
}

/** Whether two revisions of a node are the same to every pod. */
function sameForPods(x: Node, y: Node): boolean {
  return (
    x.metadata.labels === y.metadata.labels &&
    x.spec.taints === y.spec.taints &&
    x.spec.unschedulable === y.spec.unschedulable &&
    x.capacity === y.capacity
  );
}

function bound(pod: Pod, nodeName: string, now: Micros): Pod | null {
  if (pod.spec.nodeName !== "" || pod.metadata.deletionTimestamp !== null) return null;
  const scheduled = { status: true, lastTransitionTime: Math.floor(now / SECOND) * SECOND };
  return { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, scheduled, reason: "" } };
}

function withReason(pod: Pod, reason: string): Pod | null {
  if (pod.spec.nodeName !== "" || pod.status.reason === reason) return null;
  return { ...pod, status: { ...pod.status, reason } };
}

function endCycle(scheduler: Scheduler): void {
  scheduler.endCycle();
}

function flush(scheduler: Scheduler): void {
  scheduler.flush();
}

function answered({ scheduler, pod }: Binding, result: WriteResult): void {
  scheduler.bindingAnswered(pod, result);
}
