/** A small cluster for tests of controllers: API server, one reader, clients, constant delays, and a test's own hands. */

import { ApiClient } from "../../src/apiserver/client.js";
import { BUDGETS, type Budget } from "../../src/apiserver/client-budget.js";
import { ApiLog, type Revision } from "../../src/apiserver/log.js";
import { WatchReader } from "../../src/apiserver/reader.js";
import { CONTROLLER_KINDS } from "../../src/control-plane/controller-manager.js";
import { Context } from "../../src/engine/context.js";
import { compile, constant } from "../../src/engine/distribution.js";
import { MILLISECOND, type Micros } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Simulation } from "../../src/engine/simulation.js";
import { type ApiObject, entityOf, type Kind, keyOf, type ObjectOfKind } from "../../src/model/objects.js";
import { FactKind } from "../../src/model/trace.js";

export interface HarnessOptions {
  readonly startAt?: Micros;
  /** From a commit to its arrival at the reader. Default 15 ms. */
  readonly watch?: Micros;
  /** From sending a write to its reply. Default 5 ms. */
  readonly write?: Micros;
  readonly budget?: Budget;
  readonly seed?: string;
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
  private readonly server: Context;
  private readonly user: Context;

  constructor(private readonly options: HarnessOptions = {}) {
    this.simulation = new Simulation({ seed: options.seed ?? "1", startAt: options.startAt ?? 0, maxEvents: 5e6 });
    this.log = new ApiLog(this.simulation);
    this.server = new Context(this.simulation, "kube-apiserver");
    this.user = new Context(this.simulation, "user");
    this.context = new Context(this.simulation, "kube-controller-manager");
    const delay = compile(constant(options.watch ?? 15 * MILLISECOND));
    this.reader = new WatchReader(this.context, this.log, { kinds: CONTROLLER_KINDS, delay });
    for (const kind of CONTROLLER_KINDS) {
      this.log.onCommit(kind, (revision) => this.commits.push({ time: this.simulation.now, revision }));
    }
  }

  /** A client of the controller manager with a budget of its own. */
  readonly clientFor = (name: string): ApiClient => {
    const duration = compile(constant(this.options.write ?? 5 * MILLISECOND));
    const options = { budget: this.options.budget ?? BUDGETS.controllerManager, duration };
    return new ApiClient(this.context.child(name), this.log, options, this.server);
  };

  /** Writes an object now, as somebody else: created or replaced. */
  put(object: ApiObject): void {
    const existing = this.log.get(object.kind, keyOf(object));
    const metadata =
      existing === null ? { ...object.metadata, creationTimestamp: this.simulation.now } : object.metadata;
    const kind = existing === null ? FactKind.objectCreated : FactKind.objectUpdated;
    const written = { ...object, metadata } as ApiObject;
    this.log.commit(written, false, this.user.record(kind, entityOf(object), "by the test", NO_FACT));
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
  at(time: Micros, act: () => void): void {
    this.user.at(time, 3, (run: () => void) => run(), act);
  }

  /** Runs everything before `until` and moves the clock there. Default: to the end of all events. */
  run(until?: Micros): void {
    this.simulation.advance(Number.POSITIVE_INFINITY, until);
    if (until !== undefined && this.simulation.now < until) this.simulation.skipTo(until);
  }

  objects<K extends Kind>(kind: K): ObjectOfKind[K][] {
    return this.log.list(kind).map((revision) => revision.object);
  }

  /** Commits of a kind since `from`. */
  commitsOf(kind: Kind, from: Micros = Number.NEGATIVE_INFINITY): Commit[] {
    return this.commits.filter(({ time, revision }) => revision.kind === kind && time >= from);
  }
}
