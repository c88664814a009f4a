/**
 * The resolver of glibc (2.36; unchanged in these points up to 2.42): getaddrinfo for IPv4 and IPv6.
 *
 * It knows a resolv.conf and a transport, and no cluster. The search goes on after NXDOMAIN, NODATA and SERVFAIL; a timeout or
 * REFUSED leaves the search list for the name as it stands; ICMP errors from every nameserver end the lookup. Hence the
 * trap: a first suffix that times out, followed by NXDOMAIN for the bare name, is reported as "no such name". Left out:
 * `rotate`, `use-vc`, EDNS and the fallback to TCP.
 */
import type { Context } from "../../../engine/context.js";
import type { LookupStatus, PendingLookup, Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { GlibcProcess, Round, type RoundOwner, type RoundResult } from "./glibc-round.js";
import { addressesOf } from "./lookup-tally.js";
import { parseResolvConf, type ResolvConfDialect } from "./resolv-conf-parser.js";
import type { Resolver } from "./resolver.js";
import type { ReplyHandler } from "./resolver-process.js";
import type { Candidate, SearchPlan } from "./search-list.js";

/** The resolver of one process. Lookups may overlap; each has its own sockets. What has ended serves the next one. */
export function createGlibcResolver(resolvConf: string, transport: Transport, context: Context): Resolve {
  const state = new GlibcProcess(parseResolvConf(resolvConf, DIALECT), transport, context);
  const idle: Search[] = [];
  return (name, reply, payload) =>
    (idle.pop() ?? new Search(state, idle)).start(state.planOf(name), reply as ReplyHandler, payload);
}

/** Those who call it are told apart by name only. */
export const glibc = resolverOf(
  "glibc",
  "getaddrinfo of glibc 2.36: Debian, Ubuntu, Red Hat, distroless, and what runs on them, such as Python or PHP",
);
/** Programs with cgo and GODEBUG=netdns=cgo, or with a resolv.conf that Go does not understand. */
export const goCgo = resolverOf("go-cgo", "Go programs that call getaddrinfo of glibc");
/** Its cache is one of the client caches. */
export const java = resolverOf("java", "InetAddress of Java on glibc, without its cache");

function resolverOf(name: string, summary: string): Resolver {
  return { name, summary, create: createGlibcResolver };
}

/** glibc 2.36, resolv/res_init.c and resolv/resolv.h. */
const DIALECT: ResolvConfDialect = {
  longestLine: Number.POSITIVE_INFINITY,
  nameservers: 3,
  ndots: { initial: 1, smallest: 0, largest: 15 },
  timeoutSeconds: { initial: 5, smallest: 0, largest: 30 },
  attempts: { initial: 2, smallest: 0, largest: 5 },
  flags: ["single-request", "single-request-reopen", "no-aaaa"],
};

const STATUS: Readonly<Record<RoundResult, LookupStatus>> = {
  found: "ok",
  "no-data": "EAI_NODATA",
  "not-found": "EAI_NONAME",
  "server-failure": "EAI_AGAIN",
  "no-answer": "EAI_AGAIN",
  refused: "EAI_AGAIN",
};

class Search implements RoundOwner {
  private readonly round: Round;
  private plan!: SearchPlan;
  private reply!: ReplyHandler;
  private payload: unknown = null;
  /** Index into the suffixes; -1 while the name is tried as it stands before them. */
  private position = -1;
  private triedAsIs = false;
  private asIsResult: RoundResult | null = null;
  private gotNoData = false;
  private gotServerFailure = false;

  constructor(
    private readonly state: GlibcProcess,
    private readonly idle: Search[],
  ) {
    this.round = new Round(state, this);
  }

  start(plan: SearchPlan, reply: ReplyHandler, payload: unknown): PendingLookup {
    this.plan = plan;
    this.reply = reply;
    this.payload = payload;
    this.triedAsIs = false;
    this.asIsResult = null;
    this.gotNoData = false;
    this.gotServerFailure = false;
    this.round.tally.reset();
    this.next(plan.asIsFirst ? -1 : 0);
    return this.round.tally;
  }

  /** Tries the suffix at `position`, or the name as it stands when the list is over. */
  private next(position: number): void {
    this.position = position;
    const suffixed: Candidate | undefined = this.plan.suffixed[position];
    if (suffixed === undefined) this.triedAsIs = true;
    this.round.start(suffixed ?? this.plan.asIs);
  }

  roundEnded(result: RoundResult): void {
    this.round.tally.remember(this.round.answers, result === "found", this.state.context.now);
    const asIs = this.plan.suffixed[this.position] === undefined;
    if (result === "found" || (asIs && (this.plan.asIsOnly || this.position >= 0))) {
      this.finish(result);
    } else if (asIs) {
      this.asIsResult = result;
      if (this.plan.suffixed.length > 0) this.next(0);
      else this.finish(result);
    } else {
      this.afterSuffix(result);
    }
  }

  private afterSuffix(result: RoundResult): void {
    if (result === "no-data") this.gotNoData = true;
    if (result === "server-failure") this.gotServerFailure = true;
    const last = this.position === this.plan.suffixed.length - 1;
    if (result === "refused") this.finish(result);
    else if (result !== "no-answer" && !last) this.next(this.position + 1);
    else if (this.triedAsIs) this.finish(result);
    else this.next(this.plan.suffixed.length);
  }

  private finish(last: RoundResult): void {
    const { tally, answers } = this.round;
    const { reply, payload } = this;
    const result = this.finalResult(last);
    const lookup = tally.lookup(STATUS[result], result === "found" ? addressesOf(answers) : []);
    this.payload = null;
    this.idle.push(this);
    reply(payload, lookup);
  }

  /** Which error is reported: that of a first try as it stands, then NODATA, then SERVFAIL, then the last one. */
  private finalResult(last: RoundResult): RoundResult {
    if (last === "found" || last === "refused") return last;
    if (this.asIsResult !== null) return this.asIsResult;
    if (this.gotNoData) return "no-data";
    return this.gotServerFailure ? "server-failure" : last;
  }
}
