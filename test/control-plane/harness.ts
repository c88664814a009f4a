/**
 * A small cluster for tests of the control plane: API server, controller manager, scheduler, constant delays, nodes that can
 * crash, and a test's own hands.
 */
import { ApiClient } from "../../src/apiserver/client.js";
import { BUDGETS, type Budget } from "../../src/apiserver/client-budget.js";
import { ApiLog, type Revision } from "../../src/apiserver/log.js";
import { WatchReader } from "../../src/apiserver/reader.js";
import {
  CONTROLLER_KINDS,
  type ControllerName,
  startControllerManager,
} from "../../src/control-plane/controller-manager.js";
import { SCHEDULER_KINDS, Scheduler } from "../../src/control-plane/scheduler.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import type { Heartbeats } from "../../src/model/heartbeat.js";
import { behaviourOf, DEFAULT_MINOR, type Minor, type VersionedBehaviour } from "../../src/model/kubernetes-version.js";
import { type ApiObject, entityOf, type Kind, keyOf, type ObjectOfKind } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";
import { LeaseClock } from "../../src/node/lease.js";
import { CutSession } from "../support/cut-session.js";

export const WATCH: Micros = 15 * MILLISECOND;
/** A write that tests of nodes and of the scheduler use. */
export const WRITE: Micros = 10 * MILLISECOND;
/** From its sending to its commit. */
export const COMMIT: Micros = 0.95 * WRITE;
const DEFAULT_WRITE: Micros = 5 * MILLISECOND;

export interface HarnessOptions {
  readonly startAt?: Micros;
  /** From a commit to its arrival at the reader. Default 15 ms. */
  readonly watch?: Micros;
  /** From sending a write to its reply. Default 5 ms. */
  readonly write?: Micros;
  readonly budget?: Budget;
  readonly seed?: string;
  /** Default: the default minor. */
  readonly minor?: Minor;
  /** Node monitor grace in seconds; default: that of the minor. */
  readonly grace?: number;
  /** All leases were last renewed at this time, whatever the crash's; default: each node's own lease clock. */
  readonly renewedAt?: Micros;
}

/** One commit: when, what kind, which key, and the object; deletions say so. */
export interface Commit {
  readonly time: Micros;
  readonly revision: Revision;
}

export class Harness {
  readonly simulation: Simulation;
  readonly log: ApiLog;
  readonly context: Context;
  readonly reader: WatchReader;
  readonly commits: Commit[] = [];
  readonly behaviour: VersionedBehaviour;
  private readonly server: Context;
  private readonly user: Context;
  private readonly silenceListeners: ((node: string) => void)[] = [];
  private readonly sessions = new Map<string, CutSession>();
  private readonly leases = new Map<string, LeaseClock>();

  constructor(private readonly options: HarnessOptions = {}) {
    this.simulation = new Simulation({ seed: options.seed ?? "1", startAt: options.startAt ?? 0, maxEvents: 5e6 });
    this.behaviour = behaviourOf(options.minor ?? DEFAULT_MINOR);
    this.log = new ApiLog(this.simulation);
    this.server = new Context(this.simulation, "kube-apiserver");
    this.user = new Context(this.simulation, "user");
    this.context = new Context(this.simulation, "kube-controller-manager");
    const delay = compile(constant(options.watch ?? WATCH));
    this.reader = new WatchReader(this.context, this.log, { kinds: CONTROLLER_KINDS, delay });
    for (const kind of CONTROLLER_KINDS) {
      this.log.onCommit(kind, (revision) => this.commits.push({ time: this.simulation.now, revision }));
    }
  }

  /** A client of the controller manager with a budget of its own. */
  readonly clientFor = (name: string): ApiClient => {
    const duration = compile(constant(this.options.write ?? DEFAULT_WRITE));
    const options = { budget: this.options.budget ?? BUDGETS.controllerManager, duration };
    return new ApiClient(this.context.child(name), this.log, options, this.server);
  };

  /** Makes controllers of the controller manager; they begin to work when its reader is started. */
  startControllers(...names: ControllerName[]): void {
    const zoneOf = (node: string): string =>
      this.log.get("Node", node)?.object.metadata.labels["topology.kubernetes.io/zone"] ?? "";
    const { behaviour } = this;
    const grace = (this.options.grace ?? behaviour.nodeMonitorGraceSeconds) * SECOND;
    const { taintsInSamePass } = behaviour;
    const nodeLifecycle = { heartbeats: this.heartbeats(), zoneOf, grace, period: 5 * SECOND, taintsInSamePass };
    startControllerManager({ ...this, nodeLifecycle }, names);
  }

  /** Starts the controllers of nodes, and their reader. */
  startNodeControllers(): void {
    this.startControllers("node-lifecycle", "taint-eviction");
    this.reader.start();
  }

  startScheduler(): void {
    const context = new Context(this.simulation, "kube-scheduler");
    const delay = compile(constant(this.options.watch ?? WATCH));
    const reader = new WatchReader(context, this.log, { kinds: SCHEDULER_KINDS, delay });
    const client = { budget: BUDGETS.scheduler, duration: compile(constant(this.options.write ?? DEFAULT_WRITE)) };
    new Scheduler(context, reader, new ApiClient(context, this.log, client, this.server), this.behaviour);
    reader.start();
  }

  /** Powers nodes off: their leases are renewed no more. */
  crash(time: Micros, ...nodes: string[]): void {
    this.at(
      time,
      () => {
        for (const node of nodes) {
          this.lease(node).stop(time);
          this.fallSilent(node, "crashed");
        }
      },
      Phase.crash,
    );
  }

  /** Cuts a node off from the API server, from the next microsecond on: until `until` its lease is not renewed. */
  cut(time: Micros, node: string, until: Micros): void {
    const cutOff = (): void => {
      this.session(node).cut({ from: time + 1, until });
      this.fallSilent(node, `cut off until ${until / SECOND} s`);
    };
    this.at(time, cutOff, Phase.crash);
  }

  /** Writes an object now, as somebody else: created or replaced. */
  put(object: ApiObject): Revision {
    const existing = this.log.get(object.kind, keyOf(object));
    const metadata =
      existing === null ? { ...object.metadata, creationTimestamp: this.simulation.now } : object.metadata;
    const kind = existing === null ? FactKind.objectCreated : FactKind.objectUpdated;
    const written = { ...object, metadata } as ApiObject;
    return this.log.commit(written, false, this.user.record(kind, entityOf(object), "by the test", NO_FACT));
  }

  /** Changes a present object now. */
  change<K extends Kind>(kind: K, key: string, change: (object: ObjectOfKind[K]) => ObjectOfKind[K]): void {
    const revision = this.log.get(kind, key);
    if (revision === null) throw new Error(`no ${kind} ${key}`);
    this.put(change(revision.object));
  }

  /** Removes an object now. */
  remove(kind: Kind, key: string): void {
    const revision = this.log.get(kind, key);
    if (revision === null) throw new Error(`no ${kind} ${key}`);
    const fact = this.user.record(FactKind.objectDeleted, entityOf(revision.object), "by the test", NO_FACT);
    this.log.commit(revision.object, true, fact);
  }

  /** Lets a test act at a time. */
  at(time: Micros, act: () => void, phase: Phase = Phase.write): void {
    this.user.at(time, phase, (run: () => void) => run(), act);
  }

  /** Runs everything before `until` and moves the clock there. Default: to the end of all events. */
  run(until?: Micros): void {
    this.simulation.advance(Number.POSITIVE_INFINITY, until);
    if (until !== undefined && this.simulation.now < until) this.simulation.skipTo(until);
  }

  objects<K extends Kind>(kind: K): ObjectOfKind[K][] {
    return this.log.list(kind).map((revision) => revision.object);
  }

  object<K extends Kind>(kind: K, key: string): ObjectOfKind[K] {
    const revision = this.log.get(kind, key);
    if (revision === null) throw new Error(`no ${kind} ${key}`);
    return revision.object;
  }

  /** Time of the first revision of an object that has this property; NaN when none has. */
  firstTime<K extends Kind>(kind: K, key: string, has: (object: ObjectOfKind[K]) => boolean): Micros {
    const found = this.commits.find(
      ({ revision }) => revision.kind === kind && revision.key === key && has(revision.object as ObjectOfKind[K]),
    );
    return found?.time ?? Number.NaN;
  }

  /** All revisions so far, in the order of their commits. */
  get revisions(): Revision[] {
    return this.commits.map(({ revision }) => revision);
  }

  /** Commits of a kind since `from`. */
  commitsOf(kind: Kind, from: Micros = Number.NEGATIVE_INFINITY): Commit[] {
    return this.commits.filter(({ time, revision }) => revision.kind === kind && time >= from);
  }

  private heartbeats(): Heartbeats {
    const { renewedAt } = this.options;
    return {
      lastRenewal: (node, now) => renewedAt ?? this.lease(node).renewedBefore(now),
      nextRenewal: (node, time) => this.lease(node).renewedAfter(time),
      onSilence: (listener) => this.silenceListeners.push(listener),
    };
  }

  private fallSilent(node: string, why: string): void {
    this.user.because(this.user.record(FactKind.nodeCrashed, `Node/${node}`, why, NO_FACT));
    for (const listener of this.silenceListeners) listener(node);
  }

  private session(node: string): CutSession {
    const session = this.sessions.get(node) ?? new CutSession();
    this.sessions.set(node, session);
    return session;
  }

  private lease(node: string): LeaseClock {
    let lease = this.leases.get(node);
    if (lease === undefined) {
      lease = new LeaseClock(this.simulation.random.key(`Node/${node}`, "lease"), this.session(node));
      this.leases.set(node, lease);
    }
    return lease;
  }
}

/** When a node was first marked Unknown. */
export function unknownAt(harness: Harness, node: string): Micros {
  return harness.firstTime("Node", node, (object) => object.status.ready === "Unknown");
}

/** When a node first had a taint of this effect. */
export function taintedAt(harness: Harness, node: string, effect: "NoExecute" | "NoSchedule"): Micros {
  return harness.firstTime("Node", node, (object) => object.spec.taints.some((taint) => taint.effect === effect));
}

/** When the deletion of a pod of the namespace "default" began. */
export function deletedAt(harness: Harness, pod: string): Micros {
  return harness.firstTime("Pod", `default/${pod}`, (object) => object.metadata.deletionTimestamp !== null);
}

/** When a pod of the namespace "default" was bound. */
export function boundAt(harness: Harness, pod: string): Micros {
  return harness.firstTime("Pod", `default/${pod}`, (object) => object.spec.nodeName !== "");
}
