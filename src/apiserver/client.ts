/**
 * A process's client of the API server: its budget, the time a call takes, conflicts, and the caller's death.
 *
 * A call goes out when the budget admits it, is committed near the end of its duration, and is answered at its end. The
 * answer reaches only the incarnation that asked; the commit happens all the same. A call that finds the session of the
 * process cut is answered at its end as well, and has done nothing. Before time zero, while the cluster
 * converges, calls take no time and need no token.
 */
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { ApiCall, ApiSession } from "../model/api-session.js";
import { type ApiObject, entityOf, type Kind, keyOf, type ObjectOfKind } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import { type Budget, ClientBudget } from "./client-budget.js";
import type { ApiLog, Revision, RevisionOf } from "./log.js";
import { requestPodDeletion } from "./pod-deletion.js";
import { ALWAYS_UP } from "./session.js";

/** `committed`: the write stands. `unchanged`: there was nothing to do. The others say why not; `unavailable`: nobody answered. */
export type WriteStatus = "committed" | "unchanged" | "conflict" | "exists" | "not-found" | "refused" | "unavailable";

export interface WriteResult {
  readonly status: WriteStatus;
  /** The revision that stands now: the new one when committed, the existing one on a conflict; null when none. */
  readonly revision: Revision | null;
}

/** Why a write is made: its cause, and how it is told. */
export interface Why {
  /** The newest input that changed this object's outcome; a mere wake-up is no cause. */
  readonly cause: FactId;
  /** Kind of the fact that the write becomes. Default: object-created, object-updated, object-deleted. */
  readonly kind?: FactKind;
  /** A short text for people. */
  readonly detail?: string;
}

/** Called with the answer, within an event of its own and with the write as current cause. */
export type Reply<P> = (payload: P, result: WriteResult) => void;

export interface ClientOptions {
  readonly budget: Budget;
  /** Duration of a write, from sending to reply. */
  readonly duration: Variate;
  /** Of the process with the API server. Left out: it is always up. */
  readonly session?: ApiSession;
}

/**
 * Share of a write's duration that has passed when it is committed: what lasts is the way to the store and its agreement,
 * and watchers learn of the write when the writer is answered (recorded on 1.37).
 */
const COMMIT_SHARE = 0.95;
/** Share of a read's duration after which the object is looked at. */
const READ_SHARE = 0.5;

const UNAVAILABLE: WriteResult = { status: "unavailable", revision: null };

interface Call {
  readonly client: ApiClient;
  readonly request: ApiCall;
  readonly apply: () => WriteResult;
  readonly reply: Reply<unknown> | null;
  readonly payload: unknown;
  /** Draw of the call's duration, split between the way there and the way back. */
  readonly duration: Micros;
  result: WriteResult | null;
}

export class ApiClient {
  private readonly budget: ClientBudget;
  /** Calls about each object so far: the draw of a call's duration belongs to the object, whatever else is going on. */
  private readonly calls = new Map<string, number>();
  /** Calls of a dead process that are on their way are committed by the API server, which lives on. */
  private readonly server: Context;
  private readonly session: ApiSession;

  constructor(
    readonly context: Context,
    readonly log: ApiLog,
    private readonly options: ClientOptions,
    server: Context,
  ) {
    this.budget = new ClientBudget(options.budget);
    this.server = server;
    this.session = options.session ?? ALWAYS_UP;
  }

  /** Creates an object. */
  create<P>(object: ApiObject, why: Why, reply: Reply<P> | null, payload: P): void {
    this.send(callAbout("create", object), () => this.applyCreate(object, why), reply, payload);
  }

  /** Replaces an object; a conflict when it has changed since `base`. */
  update<P>(object: ApiObject, base: Revision, why: Why, reply: Reply<P> | null, payload: P): void {
    this.send(callAbout("update", object), () => this.applyUpdate(object, base, why), reply, payload);
  }

  /** Changes the newest object, whatever its version; `change` may return null for "leave it". */
  patch<K extends Kind, P>(
    kind: K,
    key: string,
    change: (object: ObjectOfKind[K]) => ObjectOfKind[K] | null,
    why: Why,
    reply: Reply<P> | null,
    payload: P,
  ): void {
    this.send({ verb: "patch", kind, key }, () => this.applyPatch(kind, key, change, why), reply, payload);
  }

  /** Deletes an object; pods gracefully, with their own grace period when `gracePeriodSeconds` is null. */
  delete<P>(
    kind: Kind,
    key: string,
    gracePeriodSeconds: number | null,
    why: Why,
    reply: Reply<P> | null,
    payload: P,
  ): void {
    const request: ApiCall = { verb: "delete", kind, key };
    this.send(request, () => this.applyDelete(kind, key, gracePeriodSeconds, why), reply, payload);
  }

  /** Reads one object: takes a token and the time of a call. The answer shows the object as it stood half way. */
  read<P>(kind: Kind, key: string, reply: Reply<P>, payload: P): void {
    const look = (): WriteResult => ({ status: "unchanged", revision: this.log.get(kind, key) });
    this.send({ verb: "get", kind, key }, look, reply, payload);
  }

  private send<P>(request: ApiCall, apply: () => WriteResult, reply: Reply<P> | null, payload: P): void {
    const { context } = this;
    const converging = context.now < 0;
    const start = converging ? context.now : this.budget.admit(context.now);
    const duration = converging ? 0 : this.drawDuration(`${request.kind}/${request.key}`);
    const answered = reply as Reply<unknown> | null;
    const call: Call = { client: this, request, apply, reply: answered, payload, duration, result: null };
    // a call that still waits for its token dies with the process; one that is on its way does not
    context.at(start, Phase.write, goOut, call);
  }

  private drawDuration(entity: string): number {
    const index = this.calls.get(entity) ?? 0;
    this.calls.set(entity, index + 1);
    const key = this.context.simulation.random.key(entity, `api write of ${this.context.name}`);
    return this.options.duration.quantile(uniform(key, index));
  }

  /** @internal */
  commit(call: Call): void {
    const { server, session } = this;
    call.result = session.fails(call.request, server.now) ? UNAVAILABLE : call.apply();
    if (call.reply === null) return;
    this.context.after(call.duration - wayThere(call), Phase.write, answer, call);
  }

  /** @internal */
  goOut(call: Call): void {
    this.server.after(wayThere(call), Phase.write, commitCall, call);
  }

  private applyCreate(object: ApiObject, why: Why): WriteResult {
    const existing = this.log.get(object.kind, keyOf(object));
    if (existing !== null) return { status: "exists", revision: existing };
    const metadata = { ...object.metadata, creationTimestamp: this.context.now };
    const admitted = this.log.admission({ ...object, metadata } as ApiObject);
    if ("refused" in admitted) return { status: "refused", revision: null };
    return this.write(admitted, false, FactKind.objectCreated, why);
  }

  private applyUpdate(object: ApiObject, base: Revision, why: Why): WriteResult {
    const current = this.log.get(object.kind, keyOf(object));
    if (current === null) return { status: "not-found", revision: null };
    if (current.version !== base.version) return { status: "conflict", revision: current };
    return this.write(object, false, FactKind.objectUpdated, why);
  }

  private applyPatch<K extends Kind>(
    kind: K,
    key: string,
    change: (object: ObjectOfKind[K]) => ObjectOfKind[K] | null,
    why: Why,
  ): WriteResult {
    const current: RevisionOf<K> | null = this.log.get(kind, key);
    if (current === null) return { status: "not-found", revision: null };
    const changed = change(current.object);
    if (changed === null) return { status: "unchanged", revision: current };
    return this.write(changed, false, FactKind.objectUpdated, why);
  }

  private applyDelete(kind: Kind, key: string, grace: number | null, why: Why): WriteResult {
    const current = this.log.get(kind, key);
    if (current === null) return { status: "not-found", revision: null };
    const { object } = current;
    if (object.kind !== "Pod") return this.write(object, true, FactKind.objectDeleted, why);
    const deletion = requestPodDeletion(object, grace, this.context.now);
    if (deletion === null) return { status: "unchanged", revision: current };
    if (deletion.remove) return this.write(object, true, FactKind.objectDeleted, why);
    return this.write(deletion.pod, false, FactKind.deletionRequested, why);
  }

  private write(object: ApiObject, deleted: boolean, usual: FactKind, why: Why): WriteResult {
    const kind = deleted || usual === FactKind.deletionRequested ? usual : (why.kind ?? usual);
    const fact = this.context.record(kind, entityOf(object), why.detail ?? "", why.cause);
    return { status: "committed", revision: this.log.commit(object, deleted, fact) };
  }
}

function callAbout(verb: ApiCall["verb"], object: ApiObject): ApiCall {
  return { verb, kind: object.kind, key: keyOf(object) };
}

/** How long a call that has gone out is on its way to the commit, or to the look at the object. */
function wayThere({ request, duration }: Call): Micros {
  return Math.floor(duration * (request.verb === "get" ? READ_SHARE : COMMIT_SHARE));
}

function goOut(call: Call): void {
  call.client.goOut(call);
}

function commitCall(call: Call): void {
  call.client.commit(call);
}

function answer(call: Call): void {
  const { client, result, reply, payload } = call;
  if (result === null || reply === null) return;
  if (result.revision !== null) client.context.because(result.revision.fact);
  reply(payload, result);
}
