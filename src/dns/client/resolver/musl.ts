/**
 * The resolver of musl (1.2.5, src/network/lookup_name.c and resolvconf.c): Alpine Linux.
 *
 * The search list is used only for names with fewer dots than ndots, and only NXDOMAIN leads to the next name: NODATA,
 * SERVFAIL and timeouts end the search where they occur. A line of resolv.conf above 255 bytes is no line at all, so a long
 * `search` leaves no search list. `timeout:0` and `attempts:0`, with which musl sends nothing or dies, are taken as 1. Left
 * out: the fallback to TCP.
 */
import type { Context } from "../../../engine/context.js";
import type { Lookup, LookupStatus, PendingLookup, Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { addressesOf } from "./lookup-tally.js";
import { type MuslResult, MuslRound, type MuslRoundOwner } from "./musl-round.js";
import { parseResolvConf, type ResolvConfDialect } from "./resolv-conf-parser.js";
import type { Resolver } from "./resolver.js";
import { type ReplyHandler, ResolverProcess } from "./resolver-process.js";
import type { SearchPlan } from "./search-list.js";

const DIALECT: ResolvConfDialect = {
  longestLine: 255,
  nameservers: 3,
  ndots: { initial: 1, smallest: 0, largest: 15 },
  timeoutSeconds: { initial: 5, smallest: 1, largest: 60 },
  attempts: { initial: 2, smallest: 1, largest: 10 },
  flags: [],
};

function createMuslResolver(resolvConf: string, transport: Transport, context: Context): Resolve {
  const process = new ResolverProcess(parseResolvConf(resolvConf, DIALECT), transport, context);
  const idle: Search[] = [];
  return (name, reply, payload) =>
    (idle.pop() ?? new Search(process, idle)).start(process.planOf(name), reply as ReplyHandler, payload);
}

export const musl: Resolver = {
  name: "musl",
  summary: "getaddrinfo of musl 1.2.5 (Alpine): all nameservers at once, no search list for names with ndots dots",
  create: createMuslResolver,
};

const STATUS: Readonly<Record<MuslResult, LookupStatus>> = {
  found: "ok",
  "no-data": "EAI_NODATA",
  "not-found": "EAI_NONAME",
  "no-answer": "EAI_AGAIN",
};

class Search implements MuslRoundOwner {
  private readonly round: MuslRound;
  private plan!: SearchPlan;
  private reply!: ReplyHandler;
  private payload: unknown = null;
  /** Index into the suffixes; their number stands for the name as it is. */
  private position = 0;

  constructor(
    private readonly process: ResolverProcess,
    private readonly idle: Search[],
  ) {
    this.round = new MuslRound(process, this);
  }

  start(plan: SearchPlan, reply: ReplyHandler, payload: unknown): PendingLookup {
    this.plan = plan;
    this.reply = reply;
    this.payload = payload;
    this.round.tally.reset();
    this.next(plan.asIsFirst ? plan.suffixed.length : 0);
    return this.round.tally;
  }

  private next(position: number): void {
    this.position = position;
    this.round.start(this.plan.suffixed[position] ?? this.plan.asIs);
  }

  roundEnded(result: MuslResult): void {
    const { tally, answers } = this.round;
    tally.remember(answers, result === "found", this.process.context.now);
    if (result === "not-found" && this.position < this.plan.suffixed.length) this.next(this.position + 1);
    else this.finish(tally.lookup(STATUS[result], result === "found" ? addressesOf(answers) : []));
  }

  private finish(lookup: Lookup): void {
    const { reply, payload } = this;
    this.payload = null;
    this.idle.push(this);
    reply(payload, lookup);
  }
}
