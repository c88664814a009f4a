/** An API server, the processes under test with constant delays, and nodes that can crash. */
import { ApiClient } from "../../src/apiserver/client.js";
import { BUDGETS, type Budget } from "../../src/apiserver/client-budget.js";
import { ApiLog, type Revision } from "../../src/apiserver/log.js";
import { WatchReader } from "../../src/apiserver/reader.js";
import { NodeLifecycleController } from "../../src/control-plane/node-lifecycle.js";
import { SCHEDULER_KINDS, Scheduler } from "../../src/control-plane/scheduler.js";
import { TaintEvictionController } from "../../src/control-plane/taint-eviction.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { Heartbeats } from "../../src/model/heartbeat.js";
import {
  type ApiObject,
  entityOf,
  KINDS,
  type Kind,
  type Node,
  type ObjectOfKind,
  type Pod,
} from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { LeaseClock } from "../../src/node/lease.js";

export const WATCH: Micros = 15 * MILLISECOND;
export const WRITE: Micros = 10 * MILLISECOND;

export interface TestClusterOptions {
  readonly seed?: string;
  /** Node monitor grace in seconds; default 50. */
  readonly grace?: number;
  /** All leases were last renewed at this time, whatever the crash's; default: each node's own lease clock. */
  readonly renewedAt?: Micros;
  readonly startAt?: Micros;
}

export class TestCluster {
  readonly simulation: Simulation;
  readonly log: ApiLog;
  readonly context: Context;
  readonly revisions: Revision[] = [];
  private readonly listeners: ((node: string) => void)[] = [];
  private readonly crashed = new Map<string, Micros>();
  private readonly leases = new Map<string, LeaseClock>();

  constructor(private readonly options: TestClusterOptions = {}) {
    this.simulation = new Simulation({ seed: options.seed ?? "1", startAt: options.startAt ?? 0 });
    this.log = new ApiLog(this.simulation);
    this.context = new Context(this.simulation, "cluster");
    for (const kind of KINDS) this.log.onCommit(kind, (revision) => this.revisions.push(revision));
  }

  /** Puts an object into the log at once, as part of the initial state or as somebody's write. */
  put(object: ApiObject): Revision {
    const fact = this.context.record(FactKind.objectCreated, entityOf(object), "", NO_FACT);
    return this.log.commit(object, false, fact);
  }

  remove(kind: Kind, key: string): void {
    const object = this.log.get(kind, key)?.object;
    if (object === undefined) throw new Error(`no ${kind} ${key}`);
    this.log.commit(object, true, this.context.record(FactKind.objectDeleted, entityOf(object), "", NO_FACT));
  }

  startNodeController(): void {
    const context = new Context(this.simulation, "kube-controller-manager");
    const reader = this.reader(context, ["Node", "Pod"]);
    new NodeLifecycleController(context, reader, this.client(context, BUDGETS.controllerManager), {
      heartbeats: this.heartbeats(),
      zoneOf: (node) => this.log.get("Node", node)?.object.metadata.labels["topology.kubernetes.io/zone"] ?? "",
      grace: (this.options.grace ?? 50) * SECOND,
      period: 5 * SECOND,
    });
    new TaintEvictionController(context, reader, this.client(context, BUDGETS.controllerManager));
    reader.start();
  }

  startScheduler(): void {
    const context = new Context(this.simulation, "kube-scheduler");
    const reader = this.reader(context, SCHEDULER_KINDS);
    new Scheduler(context, reader, this.client(context, BUDGETS.scheduler));
    reader.start();
  }

  at(time: Micros, action: () => void): void {
    this.context.at(time, Phase.crash, (run: () => void) => run(), action);
  }

  crash(time: Micros, ...nodes: string[]): void {
    this.at(time, () => {
      for (const node of nodes) {
        this.crashed.set(node, time);
        this.context.because(this.context.record(FactKind.nodeCrashed, `Node/${node}`, "", NO_FACT));
        for (const listener of this.listeners) listener(node);
      }
    });
  }

  run(until: Micros = Number.POSITIVE_INFINITY): void {
    this.simulation.advance(1e8, until);
  }

  object<K extends Kind>(kind: K, key: string): ObjectOfKind[K] {
    const revision = this.log.get(kind, key);
    if (revision === null) throw new Error(`no ${kind} ${key}`);
    return revision.object;
  }

  /** Time of the first revision of an object that has this property; NaN when none has. */
  firstTime<K extends Kind>(kind: K, key: string, has: (object: ObjectOfKind[K]) => boolean): Micros {
    const found = this.revisions.find(
      (revision) => revision.kind === kind && revision.key === key && has(revision.object as ObjectOfKind[K]),
    );
    return found?.time ?? Number.NaN;
  }

  unknownAt(node: string): Micros {
    return this.firstTime("Node", node, (object: Node) => object.status.ready === "Unknown");
  }

  noExecuteAt(node: string): Micros {
    return this.firstTime("Node", node, (object: Node) =>
      object.spec.taints.some((taint) => taint.effect === "NoExecute"),
    );
  }

  noScheduleAt(node: string): Micros {
    return this.firstTime("Node", node, (object: Node) =>
      object.spec.taints.some((taint) => taint.effect === "NoSchedule"),
    );
  }

  deletedAt(pod: string): Micros {
    return this.firstTime("Pod", `default/${pod}`, (object: Pod) => object.metadata.deletionTimestamp !== null);
  }

  boundAt(pod: string): Micros {
    return this.firstTime("Pod", `default/${pod}`, (object: Pod) => object.spec.nodeName !== "");
  }

  nodeNameOf(pod: string): string {
    return this.object("Pod", `default/${pod}`).spec.nodeName;
  }

  private heartbeats(): Heartbeats {
    const { renewedAt } = this.options;
    return {
      lastRenewal: (node, now) =>
        renewedAt ?? this.lease(node).renewedBefore(Math.min(now, this.crashed.get(node) ?? now)),
      onSilence: (listener) => this.listeners.push(listener),
    };
  }

  private lease(node: string): LeaseClock {
    let lease = this.leases.get(node);
    if (lease === undefined) {
      lease = new LeaseClock(this.simulation.random.key(`Node/${node}`, "lease"));
      this.leases.set(node, lease);
    }
    return lease;
  }

  private reader(context: Context, kinds: readonly Kind[]): WatchReader {
    return new WatchReader(context, this.log, { kinds, delay: compile(constant(WATCH)) });
  }

  private client(context: Context, budget: Budget): ApiClient {
    return new ApiClient(context, this.log, { budget, duration: compile(constant(WRITE)) }, this.context);
  }
}
