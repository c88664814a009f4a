/** What an application, its runtime or a library keeps of DNS answers, on top of the resolver. */
import type { Context } from "../../engine/context.js";
import type { Resolve } from "../../model/dns.js";

export interface ClientCache {
  /** Name in a scenario. */
  readonly name: string;
  /** Puts the cache of one process in front of its resolver. */
  wrap(resolve: Resolve, context: Context): Resolve;
}
