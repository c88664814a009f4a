/** What the resolver of one process keeps between lookups, whatever its library. */
import type { Context } from "../../../engine/context.js";
import type { Lookup } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import type { ResolvConf } from "./resolv-conf-parser.js";
import { expandSearchList, type SearchPlan } from "./search-list.js";

/** Gives an application the result of its lookup. */
export type ReplyHandler = (payload: unknown, lookup: Lookup) => void;

export class ResolverProcess {
  private readonly plans = new Map<string, SearchPlan>();

  constructor(
    readonly resolvConf: ResolvConf,
    readonly transport: Transport,
    readonly context: Context,
  ) {}

  /** What the search list makes of a name. Applications ask for few names, and often. */
  planOf(name: string): SearchPlan {
    let plan = this.plans.get(name);
    if (plan === undefined) {
      plan = expandSearchList(name, this.resolvConf);
      this.plans.set(name, plan);
    }
    return plan;
  }
}
