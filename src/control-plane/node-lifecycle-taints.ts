/**
 * The node controller's taints: NoSchedule as soon as a node is seen to be Unknown, NoExecute in turn, zone by zone
 * (pkg/controller/nodelifecycle/node_lifecycle_controller.go `doNoScheduleTaintingPass`, `doNoExecuteTaintingPass`).
 */
import type { ApiClient, WriteResult } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { MILLISECOND, type Micros } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Taint } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { ZoneTaintQueue } from "./node-lifecycle-taint-queue.js";
import { hasTaint, withoutTaint, withTaint } from "./scheduling-taints.js";
import { type Disruption, taintRateOf } from "./zone-state.js";

/** Key of the taints of a node whose kubelet is silent. */
export const UNREACHABLE = "node.kubernetes.io/unreachable";

/** NoExecute taints are handed out at most this often (nodeEvictionPeriod). */
const TAINT_PASS_PERIOD: Micros = 100 * MILLISECOND;

interface Tainting {
  readonly taints: NodeTaints;
  readonly node: string;
}

export class NodeTaints {
  private readonly queues = new Map<string, ZoneTaintQueue>();
  /** Nodes whose taint was sent and has not been seen yet. */
  private readonly underway = new Set<string>();
  /** Nodes that had NoExecute when the present pass began. */
  private readonly taintedBefore = new Set<string>();
  private readonly phase: Micros;
  private timer: Timer = NO_TIMER;
  private timerAt: Micros = Number.POSITIVE_INFINITY;

  constructor(
    private readonly context: Context,
    private readonly reader: WatchReader,
    private readonly client: ApiClient,
    private readonly zoneOf: (node: string) => string,
  ) {
    this.phase = Math.floor(uniform(context.key("taint pass"), 0) * TAINT_PASS_PERIOD);
  }

  /** A Node has arrived. */
  observe(revision: RevisionOf<"Node">): void {
    const node = revision.object;
    if (revision.deleted || hasTaint(node, UNREACHABLE, "NoExecute")) this.underway.delete(revision.key);
    if (revision.deleted || node.status.ready !== "Unknown") return;
    if (!hasTaint(node, UNREACHABLE, "NoSchedule")) {
      this.write(revision.key, { key: UNREACHABLE, value: "", effect: "NoSchedule" }, revision.fact);
    }
  }

  /** Whether this node is Unknown and has yet to be queued for its NoExecute taint. */
  isDue(revision: RevisionOf<"Node">): boolean {
    const node = revision.object;
    if (node.status.ready !== "Unknown" || hasTaint(node, UNREACHABLE, "NoExecute")) return false;
    return !this.underway.has(revision.key) && this.queues.get(this.zoneOf(revision.key))?.has(revision.key) !== true;
  }

  /** A pass begins: what it does to nodes it does by what they are now. */
  beginPass(): void {
    this.taintedBefore.clear();
    for (const { key, object } of this.reader.all("Node")) {
      if (hasTaint(object, UNREACHABLE, "NoExecute")) this.taintedBefore.add(key);
    }
  }

  /** Queues a node for its NoExecute taint. */
  enqueue(node: string): void {
    this.queue(this.zoneOf(node)).add(node);
    this.plan();
  }

  /** Sets the zones' rates. */
  setRates(disruption: Disruption): void {
    for (const [zone, rate] of disruption.rates) this.queue(zone).setRate(rate, this.context.now);
    this.plan();
  }

  /**
   * The whole cluster looks dead: no node waits for NoExecute any more, and those that had it when the pass began lose it.
   * Nodes that were tainted since keep it, because the pass does not know of that, and their pods are evicted.
   */
  removeAll(cause: FactId): void {
    for (const queue of this.queues.values()) queue.clear();
    for (const node of this.taintedBefore) {
      const why = { cause, kind: FactKind.nodeTainted, detail: `no longer with ${UNREACHABLE}:NoExecute` };
      this.client.patch("Node", node, (object) => withoutTaint(object, UNREACHABLE, "NoExecute"), why, null, null);
    }
  }

  /** @internal */
  pass(): void {
    this.timer = NO_TIMER;
    this.timerAt = Number.POSITIVE_INFINITY;
    for (const zone of [...this.queues.keys()].sort((x, y) => (x < y ? -1 : 1))) {
      const queue = this.queue(zone);
      for (let node = queue.take(this.context.now); node !== null; node = queue.take(this.context.now)) {
        const revision = this.reader.get("Node", node);
        if (revision === null || revision.object.status.ready !== "Unknown") continue;
        this.underway.add(node);
        this.write(node, { key: UNREACHABLE, value: "", effect: "NoExecute" }, revision.fact);
      }
    }
    this.plan();
  }

  /** @internal */
  answered(node: string, result: WriteResult): void {
    if (result.status !== "committed") this.underway.delete(node);
  }

  private write(node: string, taint: Taint, cause: FactId): void {
    const why = { cause, kind: FactKind.nodeTainted, detail: `${taint.key}:${taint.effect}` };
    const tainting: Tainting = { taints: this, node };
    this.client.patch("Node", node, (object) => withTaint(object, taint), why, answered, tainting);
  }

  private queue(zone: string): ZoneTaintQueue {
    let queue = this.queues.get(zone);
    if (queue === undefined) {
      queue = new ZoneTaintQueue(taintRateOf("Normal", 0));
      this.queues.set(zone, queue);
    }
    return queue;
  }

  private plan(): void {
    const { now } = this.context;
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.queues.values()) next = Math.min(next, queue.nextAt(now));
    if (next !== Number.POSITIVE_INFINITY) {
      next = this.phase + Math.ceil((next - this.phase) / TAINT_PASS_PERIOD) * TAINT_PASS_PERIOD;
    }
    if (next === this.timerAt) return;
    this.context.cancel(this.timer);
    this.timerAt = next;
    this.timer = next === Number.POSITIVE_INFINITY ? NO_TIMER : this.context.at(next, Phase.write, pass, this);
  }
}

function pass(taints: NodeTaints): void {
  taints.pass();
}

function answered({ taints, node }: Tainting, result: WriteResult): void {
  taints.answered(node, result);
}
