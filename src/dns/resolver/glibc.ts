/**
 * The resolver of glibc (2.36; unchanged in these points up to 2.42): getaddrinfo for IPv4 and IPv6.
 *
 * It knows a resolv.conf and a transport, and no cluster. The search goes on after NXDOMAIN, NODATA and SERVFAIL; a timeout or
 * REFUSED leaves the search list for the name as it stands; ICMP errors from every nameserver end the lookup. Hence the
 * trap: a first suffix that times out, followed by NXDOMAIN for the bare name, is reported as "no such name". Left out:
 * `rotate`, `use-vc`, EDNS and the fallback to TCP.
 */
import type { Context } from "../../engine/context.js";
import type { Micros } from "../../engine/duration.js";
import { type FactId, NO_FACT } from "../../engine/facts.js";
import type { Address } from "../../model/address.js";
import type { Answer, Lookup, LookupStatus, Resolve } from "../../model/dns.js";
import { parseResolvConf } from "./resolv-conf-parser.js";
import { type ResolverState, Round, type RoundOwner, type RoundResult } from "./round.js";
import { type Candidate, expandSearchList, type SearchPlan } from "./search-list.js";
import type { Transport } from "./transport.js";

/** The resolver of one process. Lookups may overlap; each has its own sockets. */
export function createGlibcResolver(resolvConf: string, transport: Transport, context: Context): Resolve {
  const parsed = parseResolvConf(resolvConf);
  const state: ResolverState = {
    resolvConf: parsed,
    transport,
    context,
    singleRequest: parsed.options.singleRequest,
    singleRequestReopen: parsed.options.singleRequestReopen,
    sockets: 0,
  };
  const plans = new Map<string, SearchPlan>();
  return (name, reply, payload) => {
    let plan = plans.get(name);
    if (plan === undefined) {
      plan = expandSearchList(name, parsed);
      plans.set(name, plan);
    }
    new Search(state, plan, reply as ReplyHandler, payload).start();
  };
}

type ReplyHandler = (payload: unknown, lookup: Lookup) => void;

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
  /** Index into the suffixes; -1 while the name is tried as it stands before them. */
  private position: number;
  private triedAsIs = false;
  private asIsResult: RoundResult | null = null;
  private gotNoData = false;
  private gotServerFailure = false;
  private fact: FactId = NO_FACT;
  private knownSince: Micros = Number.NaN;
  private answeredAt: Micros = Number.NaN;

  constructor(
    private readonly state: ResolverState,
    private readonly plan: SearchPlan,
    private readonly reply: ReplyHandler,
    private readonly payload: unknown,
  ) {
    this.round = new Round(state, this);
    this.position = plan.asIsFirst ? -1 : 0;
  }

  start(): void {
    this.next(this.position);
  }

  /** Tries the suffix at `position`, or the name as it stands when the list is over. */
  private next(position: number): void {
    this.position = position;
    const suffixed: Candidate | undefined = this.plan.suffixed[position];
    if (suffixed === undefined) this.triedAsIs = true;
    this.round.start(suffixed ?? this.plan.asIs);
  }

  roundEnded(result: RoundResult): void {
    this.remember(result);
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

  /** The deciding answer: the one with records, else the one that rests on the newest write. */
  private remember(result: RoundResult): void {
    for (const answer of this.round.answers) {
      if (answer === null || (result === "found" && answer.answers.length === 0)) continue;
      if (result === "found" || Number.isNaN(this.answeredAt) || answer.fact > this.fact) this.take(answer);
    }
  }

  private take(answer: Answer): void {
    this.fact = answer.fact;
    this.knownSince = answer.knownSince;
    this.answeredAt = this.state.context.now;
  }

  private finish(last: RoundResult): void {
    const { round } = this;
    const result = this.finalResult(last);
    this.reply(this.payload, {
      status: STATUS[result],
      addresses: result === "found" ? addressesOf(round.answers) : [],
      questions: round.questions,
      failedQuestions: round.failedQuestions,
      timedOut: result !== "found" && round.timedOut,
      fact: this.fact,
      knownSince: this.knownSince,
      answeredAt: this.answeredAt,
    });
  }

  /** Which error is reported: that of a first try as it stands, then NODATA, then SERVFAIL, then the last one. */
  private finalResult(last: RoundResult): RoundResult {
    if (last === "found" || last === "refused") return last;
    if (this.asIsResult !== null) return this.asIsResult;
    if (this.gotNoData) return "no-data";
    return this.gotServerFailure ? "server-failure" : last;
  }
}

function addressesOf(answers: readonly (Answer | null)[]): Address[] {
  const addresses: Address[] = [];
  for (const answer of answers) {
    for (const record of answer?.answers ?? []) if (record.address !== null) addresses.push(record.address);
  }
  return addresses;
}
