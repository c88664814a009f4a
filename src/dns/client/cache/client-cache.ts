/** What an application, its runtime, a library or a proxy keeps of DNS answers, on top of the resolver. */
import type { Context } from "../../../engine/context.js";
import type { ClientResolver, Resolve } from "../../../model/dns.js";
import type { ClientCacheOptions } from "../../../model/scenario.js";

export interface ClientCache {
  /** Name in a scenario. */
  readonly name: string;
  /** One sentence for help and documentation. */
  readonly summary: string;
  /** The options that it has, with their defaults; a scenario cannot give it any other. */
  readonly defaults: Partial<ClientCacheOptions>;
  /** Puts the cache of one process in front of its resolver. `context` is the process': timers die with it. */
  wrap(resolve: Resolve, context: Context, options: ClientCacheOptions): ClientResolver;
}

/** Without any cache. */
export function uncached(resolve: Resolve): ClientResolver {
  return { resolve, connectionFailed: nothing, kept: null };
}

/** For caches that do not care about connections. */
export function nothing(): void {}
