/**
 * cache (CoreDNS 1.14.7, plugin/cache): answers from what it keeps, and keeps what passes.
 *
 * Misses are not coalesced: each goes to the next plugin. `prefetch` renews a popular entry in the background when little of
 * it is left; `serve_stale` answers with an expired one and renews it in the background (immediate), or asks first and
 * falls back to it when that gives neither NOERROR nor NXDOMAIN (verify).
 */
import type { Answer } from "../../../model/dns.js";
import { mapReply, PendingAnswer, type Reply } from "../../reply.js";
import { isInZones } from "../../zone.js";
import type { ChainedHandler, Handler, Plugin, PluginEnvironment, Query } from "../plugin.js";
import { readSingle } from "../single-directive.js";
import { AnswerCache } from "./answer-cache.js";
import type { CacheEntry } from "./entries.js";
import { type CacheOptions, readCacheOptions } from "./options.js";

export const cache: Plugin = {
  name: "cache",
  setup: (directives, context) => {
    const options = readCacheOptions(readSingle(directives, context), context.zones);
    return [
      { certainty: () => "passes", keepable: true, handler: (environment) => cacheHandler(options, environment) },
    ];
  },
};

export function cacheHandler(options: CacheOptions, environment: PluginEnvironment): ChainedHandler {
  const store = new AnswerCache(options, environment.kept, () => environment.changed());
  const everything = options.zones.includes("");
  return (query, next) => {
    const { question, now } = query;
    if (!everything && !isInZones(question.name, options.zones)) return next(query);
    const entry = store.find(question, now);
    if (entry !== null) environment.validity.lower(store.servedUntil(entry, now));
    else if (!store.storesNothing(question)) environment.validity.lower(now);
    if (entry === null) return missed(store, options, environment, query, next);
    if (store.shouldPrefetch(entry, now)) {
      const answer = store.serve(entry, now);
      refresh(store, environment, query, next, entry);
      return answer;
    }
    return store.serve(entry, now);
  };
}

function missed(
  store: AnswerCache,
  { stale }: CacheOptions,
  environment: PluginEnvironment,
  query: Query,
  next: Handler,
): Reply {
  const { question, now } = query;
  const entry = stale === null ? null : store.findStale(question, now);
  if (entry === null) {
    const reply = next(query);
    if (!(reply instanceof PendingAnswer)) return store.put(question, reply, now);
    return mapReply(reply, (answer) => store.put(question, answer, environment.context.now));
  }
  if (stale?.mode === "verify") {
    return mapReply(next(query), (answer) => {
      const then = environment.context.now;
      return isVerdict(answer) ? store.renew(question, answer, then, entry) : store.serveStale(entry, question, then);
    });
  }
  const answer = store.serveStale(entry, question, now);
  if (!entry.refreshing) refresh(store, environment, query, next, entry);
  return answer;
}

/** Fetches an entry again; nobody waits for it. */
function refresh(
  store: AnswerCache,
  environment: PluginEnvironment,
  query: Query,
  next: Handler,
  entry: CacheEntry,
): void {
  entry.refreshing = true;
  mapReply(next(query), (answer) => {
    entry.refreshing = false;
    return isVerdict(answer) ? store.renew(query.question, answer, environment.context.now, entry) : answer;
  });
}

/** Only these replace what is stored. */
function isVerdict({ rcode }: Answer): boolean {
  return rcode === "NOERROR" || rcode === "NXDOMAIN";
}
