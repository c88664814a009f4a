/**
 * A cache that looks a name up when somebody asks for it and nothing usable is kept. Who asks while that lookup is under
 * way waits for it, and is served from the cache.
 */
import type { Context } from "../../../engine/context.js";
import type { Micros } from "../../../engine/duration.js";
import {
  ANSWERED_AT_ONCE,
  type ClientResolver,
  type Lookup,
  type PendingLookup,
  type Resolve,
} from "../../../model/dns.js";
import { KeptAddresses } from "../../../model/kept-addresses.js";
import { nothing } from "./client-cache.js";
import { hasAddresses, joined, servedFromCache } from "./kept-lookup.js";

export interface OnDemandPolicy {
  /** How long a result is used from the moment it came: 0 never, Infinity for ever. */
  readonly lifetime: (lookup: Lookup) => Micros;
  /** For so much longer addresses are used when they cannot be looked up again. */
  readonly stale: Micros;
}

export function onDemandCache(resolve: Resolve, context: Context, policy: OnDemandPolicy): ClientResolver {
  const cache = new OnDemandCache(resolve, context, policy);
  return {
    resolve: (name, reply, payload) => cache.look(name, reply as Reply, payload),
    connectionFailed: nothing,
    kept: cache.kept,
  };
}

type Reply = (payload: unknown, lookup: Lookup) => void;

interface Asker {
  readonly reply: Reply;
  readonly payload: unknown;
}

class Entry {
  kept: Lookup | null = null;
  expiresAt: Micros = Number.NEGATIVE_INFINITY;
  staleUntil: Micros = Number.NEGATIVE_INFINITY;
  /** Those who wait for the lookup that is under way, who began it first; null while there is none. */
  askers: Asker[] | null = null;
  /** That lookup, for those who only wait for it. */
  joined: PendingLookup = ANSWERED_AT_ONCE;
  startedAt: Micros = 0;

  constructor(
    readonly cache: OnDemandCache,
    readonly name: string,
  ) {}
}

class OnDemandCache {
  readonly kept = new KeptAddresses();
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly resolve: Resolve,
    private readonly context: Context,
    private readonly policy: OnDemandPolicy,
  ) {}

  look(name: string, reply: Reply, payload: unknown): PendingLookup {
    const { now } = this.context;
    const entry = this.entries.get(name) ?? new Entry(this, name);
    this.entries.set(name, entry);
    const { kept, askers } = entry;
    if (kept !== null && (now < entry.expiresAt || (askers !== null && now < entry.staleUntil))) {
      reply(payload, kept);
      return ANSWERED_AT_ONCE;
    }
    if (askers !== null) {
      askers.push({ reply, payload });
      return entry.joined;
    }
    entry.askers = [{ reply, payload }];
    entry.startedAt = now;
    const pending = this.resolve(name, arrived, entry);
    entry.joined = joined(pending);
    return pending;
  }

  /** @internal */
  arrived(entry: Entry, lookup: Lookup): void {
    const { now } = this.context;
    const { policy } = this;
    const [first, ...others] = entry.askers ?? [];
    entry.askers = null;
    const { kept } = entry;
    let result = lookup;
    if (kept !== null && now < entry.staleUntil && !hasAddresses(lookup)) {
      // the next attempt is due after another lifetime, counted from the attempt that failed
      entry.expiresAt = Math.min(entry.staleUntil, entry.startedAt + policy.lifetime(kept));
      this.kept.keep(entry.name, kept.addresses, now, entry.expiresAt);
      result = { ...kept, questions: lookup.questions, failedQuestions: lookup.failedQuestions };
    } else {
      entry.kept = servedFromCache(lookup);
      entry.expiresAt = now + policy.lifetime(lookup);
      if (entry.expiresAt > now) this.kept.keep(entry.name, lookup.addresses, now, entry.expiresAt);
      entry.staleUntil = hasAddresses(lookup) ? entry.expiresAt + policy.stale : entry.expiresAt;
    }
    first?.reply(first.payload, result);
    for (const { reply, payload } of others) reply(payload, entry.kept ?? result);
  }
}

function arrived(entry: Entry, lookup: Lookup): void {
  entry.cache.arrived(entry, lookup);
}
