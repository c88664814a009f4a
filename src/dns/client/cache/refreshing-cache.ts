/**
 * A cache that looks a name up on its own account: whoever asks is served with what is kept; only the first has to wait.
 *
 * A refresh is an event, from the first use of a name to the end of the process. It cannot be computed when the next
 * request asks: the answer of a past moment depends on caches and rules that have changed since, and the question itself is
 * load on the DNS servers. It is an event of traffic, so it keeps no cluster from settling.
 */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import {
  ANSWERED_AT_ONCE,
  type ClientResolver,
  type Lookup,
  type PendingLookup,
  type Resolve,
} from "../../../model/dns.js";
import { KeptAddresses, UNTIL_REPLACED } from "../../../model/kept-addresses.js";
import { hasAddresses, joined, servedFromCache } from "./kept-lookup.js";

export interface RefreshPolicy {
  /** From a result to the next lookup; `failures` counts results without addresses in a row. Infinity: not by itself. */
  readonly next: (lookup: Lookup, failures: number) => Micros;
  /** For how long after the last addresses came a result without addresses leaves them in use. */
  readonly keepFor: (lookup: Lookup) => Micros;
  /** A failed connection asks for a refresh, at least this long after the last result; null: it does not. */
  readonly afterConnectionFailure: Micros | null;
}

export function refreshingCache(resolve: Resolve, context: Context, policy: RefreshPolicy): ClientResolver {
  const cache = new RefreshingCache(resolve, context, policy);
  return {
    resolve: (name, reply, payload) => cache.look(name, reply as Reply, payload),
    connectionFailed: (name) => cache.connectionFailed(name),
    kept: cache.kept,
  };
}

type Reply = (payload: unknown, lookup: Lookup) => void;

interface Asker {
  readonly reply: Reply;
  readonly payload: unknown;
}

class Entry {
  /** What is served; null before the first result. */
  kept: Lookup | null = null;
  keptSince: Micros = Number.NaN;
  resultAt: Micros = Number.NaN;
  failures = 0;
  /** Nothing is planned: only a failed connection starts the next lookup. */
  idle = false;
  /** A connection failed while a lookup was planned or under way. */
  wanted = false;
  askers: Asker[] = [];
  /** The lookup that is under way. */
  pending: PendingLookup = ANSWERED_AT_ONCE;

  constructor(
    readonly cache: RefreshingCache,
    readonly name: string,
  ) {}
}

class RefreshingCache {
  readonly kept = new KeptAddresses();
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly resolve: Resolve,
    private readonly context: Context,
    private readonly policy: RefreshPolicy,
  ) {}

  look(name: string, reply: Reply, payload: unknown): PendingLookup {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      const first = new Entry(this, name);
      this.entries.set(name, first);
      first.askers.push({ reply, payload });
      this.refresh(first);
      return first.pending;
    }
    if (entry.kept === null) {
      entry.askers.push({ reply, payload });
      return joined(entry.pending);
    }
    reply(payload, entry.kept);
    return ANSWERED_AT_ONCE;
  }

  connectionFailed(name: string): void {
    const { afterConnectionFailure } = this.policy;
    const entry = this.entries.get(name);
    if (afterConnectionFailure === null || entry === undefined) return;
    if (entry.idle) this.plan(entry, Math.max(this.context.now, entry.resultAt + afterConnectionFailure));
    else entry.wanted = true;
  }

  /** @internal */
  refresh(entry: Entry): void {
    entry.pending = this.resolve(entry.name, arrived, entry);
  }

  /** @internal */
  arrived(entry: Entry, lookup: Lookup): void {
    const { policy } = this;
    const { now } = this.context;
    entry.resultAt = now;
    const found = hasAddresses(lookup);
    entry.failures = found ? 0 : entry.failures + 1;
    let { kept } = entry;
    if (found || kept === null || !hasAddresses(kept) || now >= entry.keptSince + policy.keepFor(lookup)) {
      kept = servedFromCache(lookup);
      if (found) entry.keptSince = now;
    }
    entry.kept = kept;
    this.kept.keep(entry.name, kept.addresses, now, UNTIL_REPLACED);
    this.planNext(entry, policy.next(lookup, entry.failures));
    const [first, ...others] = entry.askers;
    entry.askers = [];
    first?.reply(first.payload, lookup);
    for (const { reply, payload } of others) reply(payload, kept);
  }

  private planNext(entry: Entry, delay: Micros): void {
    const { resultAt } = entry;
    if (delay !== Number.POSITIVE_INFINITY) {
      this.plan(entry, resultAt + delay);
    } else if (entry.wanted) {
      entry.wanted = false;
      this.plan(entry, resultAt + (this.policy.afterConnectionFailure ?? 0));
    } else {
      entry.idle = true;
    }
  }

  private plan(entry: Entry, at: Micros): void {
    entry.idle = false;
    this.context.at(at, Phase.traffic, refresh, entry);
  }
}

function refresh(entry: Entry): void {
  entry.cache.refresh(entry);
}

function arrived(entry: Entry, lookup: Lookup): void {
  entry.cache.arrived(entry, lookup);
}
