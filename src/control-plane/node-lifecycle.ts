/**
 * The node controller of kube-controller-manager: from a silent lease to Unknown, NotReady pods and taints
 * (pkg/controller/nodelifecycle/node_lifecycle_controller.go `monitorNodeHealth`, 1.32 and 1.37).
 *
 * A pass every five seconds notes which leases were renewed, by its own clock. While all leases are renewed nothing is
 * simulated: when a node falls silent, the pass that saw its last renewal, the pass that will miss the next ones and the
 * pass that sees it renew again are computed. A pass that writes lasts until its writes are answered, and the next one
 * follows five seconds later. Not modelled: what follows when a node that was Unknown renews again, Ready=False reported by a kubelet, the lag of the controller's lease informer.
 */
import type { ApiClient, WriteResult } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Heartbeats } from "../model/heartbeat.js";
import type { Node, Pod } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { MonitorPasses } from "./node-lifecycle-passes.js";
import { NodeTaints } from "./node-lifecycle-taints.js";
import { disruptionOf, type ZoneHealth } from "./zone-state.js";

/**
 * Duration of a pass that has nothing to write: it reads caches only. A guess, but it must not be zero: the comparison
 * with the grace period is strict, so passes exactly five seconds apart would detect a whole period too late.
 */
const IDLE_PASS: Micros = 5 * MILLISECOND;
/** scheduler.NodeHealthUpdateWorkers: nodes whose pods are marked at the same time; the pods of one node in turn. */
const HEALTH_WORKERS = 8;

export interface NodeLifecycleOptions {
  readonly heartbeats: Heartbeats;
  readonly zoneOf: (node: string) => string;
  /** --node-monitor-grace-period: 50 s since 1.32, 40 s before. */
  readonly grace: Micros;
  /** --node-monitor-period: 5 s. */
  readonly period: Micros;
  /** A node is queued for NoExecute in the pass that finds it Unknown, not in the next one. */
  readonly taintsInSamePass: boolean;
}

interface SilentNode {
  readonly name: string;
  /** The newest one, and the one that ends the silence; Infinity when none does. */
  readonly renewal: Micros;
  readonly nextRenewal: Micros;
  /** The fact that it fell silent by. */
  readonly cause: FactId;
  unknown: boolean;
}

/** What a pass does about one node: the status first (unless only pods are left over), then its pods one by one. */
interface Job {
  readonly controller: NodeLifecycleController;
  readonly node: string;
  /** Its status is still to be written. */
  readonly becomesUnknown: boolean;
  /** The crash; once the node is Unknown, that write. */
  cause: FactId;
  pods: readonly RevisionOf<"Pod">[];
  next: number;
  failed: boolean;
}

export class NodeLifecycleController {
  private readonly passes: MonitorPasses;
  private readonly taints: NodeTaints;
  private readonly silent = new Map<string, SilentNode>();
  /** Nodes of which some pod could not be marked, with the fact of their Unknown. */
  private readonly retries = new Map<string, FactId>();
  private readonly jobs: Job[] = [];
  private working = 0;
  private ranAt: Micros = Number.NEGATIVE_INFINITY;
  private running = false;
  /** The next pass has something to do, whatever the leases say. */
  private passNeeded = false;
  private disruptedEverywhere = false;
  /** The fact of the newest write of an Unknown. */
  private newestUnknown: FactId = NO_FACT;
  private timer: Timer = NO_TIMER;
  private timerAt: Micros = Number.POSITIVE_INFINITY;

  /** `reader` watches Nodes and Pods; whoever owns it starts it. */
  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly options: NodeLifecycleOptions,
  ) {
    const step = options.period + IDLE_PASS;
    this.passes = new MonitorPasses(Math.floor(uniform(context.key("monitor pass"), 0) * step), step);
    this.taints = new NodeTaints(context, reader, client, options.zoneOf);
    reader.on("Node", (revision) => this.nodeArrived(revision));
    options.heartbeats.onSilence((node) => this.fellSilent(node));
  }

  private nodeArrived(revision: RevisionOf<"Node">): void {
    this.taints.observe(revision);
    if (revision.deleted || !this.taints.isDue(revision)) return;
    this.passNeeded = true;
    this.plan();
  }

  private fellSilent(name: string): void {
    const { now, simulation } = this.context;
    const { heartbeats } = this.options;
    const former = this.silent.get(name);
    // a silence that would have been noticed anyway is no longer because of what makes it longer
    const noticed = former !== undefined && (former.unknown || this.detection(former) < this.heard(former));
    this.silent.set(name, {
      name,
      renewal: heartbeats.lastRenewal(name, now),
      nextRenewal: heartbeats.nextRenewal(name, now),
      cause: noticed ? former.cause : simulation.cause,
      unknown: former?.unknown ?? false,
    });
    this.plan();
  }

  /** Plans the next pass that has something to do. A running pass plans when it ends. */
  private plan(): void {
    if (this.running) return;
    let next = this.passNeeded ? this.passes.firstAfter(this.context.now) : Number.POSITIVE_INFINITY;
    for (const node of this.silent.values()) {
      next = Math.min(next, this.heard(node), node.unknown ? Number.POSITIVE_INFINITY : this.detection(node));
    }
    if (next === this.timerAt) return;
    this.context.cancel(this.timer);
    this.timerAt = next;
    this.timer = next === Number.POSITIVE_INFINITY ? NO_TIMER : this.context.at(next, Phase.write, runPass, this);
  }

  /** The first pass later than the grace period after the pass that observed the node's last renewal. */
  private detection(node: SilentNode): Micros {
    const observed = this.passes.firstAtOrAfter(node.renewal);
    const earliest = Math.max(observed + this.options.grace + 1, this.ranAt + 1, this.context.now);
    return this.passes.firstAtOrAfter(earliest);
  }

  /** The first pass that sees the node renew again; Infinity when it never does. */
  private heard({ nextRenewal }: SilentNode): Micros {
    if (nextRenewal === Number.POSITIVE_INFINITY) return nextRenewal;
    return this.passes.firstAtOrAfter(Math.max(nextRenewal, this.ranAt + 1, this.context.now));
  }

  /** @internal */
  pass(): void {
    const { now } = this.context;
    for (const node of [...this.silent.values()]) if (this.heard(node) <= now) this.silent.delete(node.name);
    const expired = [...this.silent.values()].filter((node) => !node.unknown && this.detection(node) <= now);
    this.timer = NO_TIMER;
    this.timerAt = Number.POSITIVE_INFINITY;
    this.ranAt = now;
    this.running = true;
    this.passNeeded = false;
    this.taints.beginPass();
    // by the condition that was known before this pass: where nothing else queues a node, its taint comes a pass later
    for (const revision of this.reader.all("Node")) if (this.taints.isDue(revision)) this.taints.enqueue(revision.key);
    for (const [node, cause] of this.retries) this.jobs.push(this.job(node, cause, false));
    this.retries.clear();
    for (const node of expired) {
      node.unknown = true;
      this.jobs.push(this.job(node.name, node.cause, true));
    }
    if (this.jobs.length === 0) this.endPass(now + IDLE_PASS);
    else while (this.working < HEALTH_WORKERS && this.jobs.length > 0) this.work();
  }

  private job(node: string, cause: FactId, becomesUnknown: boolean): Job {
    return { controller: this, node, becomesUnknown, cause, pods: [], next: 0, failed: false };
  }

  private work(): void {
    const job = this.jobs.shift();
    if (job === undefined) return;
    this.working++;
    if (!job.becomesUnknown) {
      this.markPods(job);
      return;
    }
    const { now } = this.context;
    const why = { cause: job.cause, kind: FactKind.nodeUnknown };
    this.client.patch("Node", job.node, (node) => asUnknown(node, now), why, statusWritten, job);
  }

  /** @internal */
  statusWritten(job: Job, result: WriteResult): void {
    if (result.revision !== null) {
      job.cause = result.revision.fact;
      this.newestUnknown = job.cause;
      if (this.options.taintsInSamePass) this.taints.enqueue(job.node);
    }
    this.markPods(job);
  }

  private markPods(job: Job): void {
    job.pods = this.readyPodsOf(job.node);
    this.markNext(job);
  }

  private markNext(job: Job): void {
    const revision = job.pods[job.next++];
    if (revision === undefined) {
      this.endJob(job);
      return;
    }
    const why = { cause: job.cause, kind: FactKind.podNotReady, detail: `because ${job.node} is Unknown` };
    this.client.update(asNotReady(revision.object, this.context.now), revision, why, podMarked, job);
  }

  /** @internal */
  podMarked(job: Job, result: WriteResult): void {
    if (result.status === "conflict") job.failed = true;
    this.markNext(job);
  }

  private endJob(job: Job): void {
    if (job.failed) {
      this.retries.set(job.node, job.cause);
      this.passNeeded = true;
    }
    this.working--;
    if (this.jobs.length > 0) this.work();
    else if (this.working === 0) this.endPass(Math.max(this.context.now, this.ranAt + IDLE_PASS));
  }

  private endPass(end: Micros): void {
    this.handleDisruption();
    if (end > this.ranAt + IDLE_PASS) this.passes.restart(this.ranAt, end + this.options.period);
    this.running = false;
    this.plan();
  }

  private handleDisruption(): void {
    const zones = new Map<string, ZoneHealth>();
    for (const { key, object } of this.reader.all("Node")) {
      const zone = this.options.zoneOf(key);
      const { ready, notReady } = zones.get(zone) ?? { ready: 0, notReady: 0 };
      const healthy = object.status.ready === "True" && this.silent.get(key)?.unknown !== true;
      zones.set(zone, healthy ? { ready: ready + 1, notReady } : { ready, notReady: notReady + 1 });
    }
    const disruption = disruptionOf(zones);
    if (disruption.everywhere && !this.disruptedEverywhere) this.taints.removeAll(this.newestUnknown);
    this.disruptedEverywhere = disruption.everywhere;
    this.taints.setRates(disruption);
  }

  private readyPodsOf(node: string): RevisionOf<"Pod">[] {
    const pods: RevisionOf<"Pod">[] = [];
    for (const revision of this.reader.all("Pod")) {
      if (revision.object.spec.nodeName === node && revision.object.status.ready.status) pods.push(revision);
    }
    return pods;
  }
}

function asUnknown(node: Node, now: Micros): Node {
  return { ...node, status: { ready: "Unknown", lastTransitionTime: wholeSecond(now) } };
}

function asNotReady(pod: Pod, now: Micros): Pod {
  return { ...pod, status: { ...pod.status, ready: { status: false, lastTransitionTime: wholeSecond(now) } } };
}

/** The API keeps condition times in whole seconds. */
function wholeSecond(time: Micros): Micros {
  return Math.floor(time / SECOND) * SECOND;
}

function runPass(controller: NodeLifecycleController): void {
  controller.pass();
}

function statusWritten(job: Job, result: WriteResult): void {
  job.controller.statusWritten(job, result);
}

function podMarked(job: Job, result: WriteResult): void {
  job.controller.podMarked(job, result);
}
