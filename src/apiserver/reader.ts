/**
 * A process's informers: what one process knows of the cluster, later than it happened.
 *
 * A reader has a stream per kind. Each revision arrives after a delay drawn for (reader, object, version), first in first
 * out within a kind and in no order across kinds, and waits while the session of the process is cut: at the arrival that was
 * planned the session is asked once more, for a cut may have begun since. The store holds what has arrived. Handlers run at
 * the arrival with the write as current cause. A reader dies with its process; the next one lists the log and has synced one list later.
 */
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { type Handler, Phase } from "../engine/event-queue.js";
import { bits, hashOfText, type Key, uniform } from "../engine/random.js";
import type { ApiSession } from "../model/api-session.js";
import type { Kind } from "../model/objects.js";
import type { ApiLog, Revision, RevisionOf, Unsubscribe } from "./log.js";
import { ALWAYS_UP } from "./session.js";

/** `former` is the revision of the same object that was known before; null when it is new here. */
export type DeliveryHandler<K extends Kind> = (revision: RevisionOf<K>, former: RevisionOf<K> | null) => void;

export interface ReaderOptions {
  readonly kinds: readonly Kind[];
  /** From a commit to its arrival here. */
  readonly delay: Variate;
  /** Only pods bound to this node (a kubelet); concerns the kind Pod only. Default: everything. */
  readonly podsOfNode?: string;
  /** Of the process with the API server. Left out: it is always up. */
  readonly session?: ApiSession;
}

/** A delivery that is planned: of the next revision that is underway in the stream. */
interface Delivery {
  readonly reader: WatchReader;
  readonly stream: Stream;
  readonly due: Micros;
}

interface Stream {
  readonly kind: Kind;
  readonly store: Map<string, Revision>;
  readonly handlers: DeliveryHandler<Kind>[];
  readonly key: Key;
  /** When the last delivery was due; no later one is due earlier. */
  lastDue: Micros;
  /** Revisions on their way, oldest first. */
  readonly underway: Revision[];
  /** Revisions older than this were part of the list. */
  listedUpTo: number;
}

export class WatchReader {
  private readonly streams = new Map<Kind, Stream>();
  private started = false;
  private stopped = false;
  private listed = false;
  /** When the first list is due. */
  private listDue: Micros = Number.NaN;
  private readonly subscriptions: Unsubscribe[] = [];
  private readonly session: ApiSession;

  constructor(
    private readonly context: Context,
    private readonly log: ApiLog,
    private readonly options: ReaderOptions,
  ) {
    this.session = options.session ?? ALWAYS_UP;
    for (const kind of options.kinds) {
      this.streams.set(kind, {
        kind,
        store: new Map(),
        handlers: [],
        key: context.key(`watch ${kind}`),
        lastDue: Number.NEGATIVE_INFINITY,
        underway: [],
        listedUpTo: 0,
      });
    }
  }

  /** Newest arrived revision of a live object; null when unknown or deleted. Throws, as the others do, for a kind that is not watched. */
  get<K extends Kind>(kind: K, key: string): RevisionOf<K> | null {
    return (this.streamOf(kind).store.get(key) as RevisionOf<K> | undefined) ?? null;
  }

  /** Everything that is known of a kind, in the order of first arrival. */
  all<K extends Kind>(kind: K): IterableIterator<RevisionOf<K>> {
    return this.streamOf(kind).store.values() as IterableIterator<RevisionOf<K>>;
  }

  /** True once the first list of every kind has arrived. */
  get synced(): boolean {
    return this.listed;
  }

  /** Runs `handler` at each arrival of a revision of this kind; `revision.deleted` tells deletions. */
  on<K extends Kind>(kind: K, handler: DeliveryHandler<K>): void {
    this.streamOf(kind).handlers.push(handler as unknown as DeliveryHandler<Kind>);
  }

  /** Lists and watches. The list arrives after one delivery delay (at once before time zero); handlers run for it. */
  start(): void {
    if (this.started) throw new Error(`the reader of ${this.context.name} was started already`);
    this.started = true;
    for (const stream of this.streams.values()) {
      stream.listedUpTo = this.log.length;
      const receive = (revision: Revision): void => this.receive(stream, revision);
      if (stream.kind === "Pod" && this.options.podsOfNode !== undefined) {
        this.subscriptions.push(this.log.onPodOfNode(this.options.podsOfNode, receive));
      } else {
        this.subscriptions.push(this.log.onCommit(stream.kind, receive));
      }
    }
    let delay = 0;
    for (const stream of this.streams.values()) delay = Math.max(delay, this.delay(stream.key, 0));
    this.listDue = this.context.now + delay;
    this.plan(this.listDue, deliverList, this);
  }

  /** Stops all watches for good: the store stays as it is. Revisions on their way are lost. */
  stop(): void {
    this.stopped = true;
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
  }

  /** @internal The list is taken at the log as it was when asked for; later revisions follow one by one. */
  deliverList(): void {
    if (this.stopped || this.waits(this.listDue, deliverList, this as WatchReader)) return;
    this.listed = true;
    for (const stream of this.streams.values()) {
      stream.lastDue = this.listDue;
      for (const revision of [...this.log.live(stream.kind)]) {
        const listed = this.asListed(stream, revision);
        if (listed !== null && this.concerns(listed)) this.arrive(stream, listed);
      }
      for (const revision of stream.underway.splice(0)) this.arrive(stream, revision);
    }
  }

  /** The newest revision of the object that the list held; null when it was created later. */
  private asListed(stream: Stream, revision: Revision): Revision | null {
    let listed: Revision | null = revision;
    while (listed !== null && listed.number >= stream.listedUpTo) listed = listed.previous;
    return listed;
  }

  private concerns(revision: Revision): boolean {
    const { podsOfNode } = this.options;
    return podsOfNode === undefined || revision.object.kind !== "Pod" || revision.object.spec.nodeName === podsOfNode;
  }

  private receive(stream: Stream, revision: Revision): void {
    // a process that was killed has not stopped its watches: the server notices that nobody is there any more
    if (!this.context.alive) this.stop();
    if (this.stopped) return;
    stream.underway.push(revision);
    if (!this.listed) return;
    const index = bits(stream.key, hashOfText(revision.key)) * 1024 + (revision.version % 1024);
    const due = Math.max(stream.lastDue, this.context.now + this.delay(stream.key, index));
    stream.lastDue = due;
    this.plan(due, deliverNext, { reader: this, stream, due });
  }

  /** Plans the arrival, as far as the session knows it now. What never arrives, because it is closed, is planned by nobody. */
  private plan<P>(due: Micros, handler: Handler<P>, payload: P): void {
    const arrival = this.session.arrivalOf(due);
    if (arrival < Number.POSITIVE_INFINITY) this.context.at(arrival, Phase.delivery, handler, payload);
  }

  /** Whether a cut that has begun since the arrival was planned makes it later: it is planned anew then. */
  private waits<P>(due: Micros, handler: Handler<P>, payload: P): boolean {
    if (this.session.arrivalOf(due) <= this.context.now) return false;
    this.plan(due, handler, payload);
    return true;
  }

  /** @internal */
  deliverNext(delivery: Delivery): void {
    const { stream, due } = delivery;
    if (this.stopped || this.waits(due, deliverNext, delivery)) return;
    const revision = stream.underway.shift();
    if (revision !== undefined) this.arrive(stream, revision);
  }

  private arrive(stream: Stream, revision: Revision): void {
    const former = stream.store.get(revision.key) ?? null;
    if (revision.deleted) stream.store.delete(revision.key);
    else stream.store.set(revision.key, revision);
    for (const handler of stream.handlers) {
      // what one handler gives as the cause of its own doings is no cause of the next one's
      this.context.because(revision.fact);
      handler(revision as never, former as never);
    }
  }

  private streamOf(kind: Kind): Stream {
    const stream = this.streams.get(kind);
    if (stream === undefined) throw new Error(`the reader of ${this.context.name} does not watch the kind ${kind}`);
    return stream;
  }

  private delay(key: Key, index: number): Micros {
    return this.context.now < 0 ? 0 : this.options.delay.quantile(uniform(key, index));
  }
}

function deliverList(reader: WatchReader): void {
  reader.deliverList();
}

function deliverNext(delivery: Delivery): void {
  delivery.reader.deliverNext(delivery);
}
