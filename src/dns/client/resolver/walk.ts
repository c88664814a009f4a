/**
 * A lookup that walks along names and asks its questions independently of each other: Go's own resolver and c-ares. What
 * distinguishes them is a table of rules.
 */
import type { Address } from "../../../model/address.js";
import type { Answer, LookupStatus, PendingLookup, Question, Resolve } from "../../../model/dns.js";
import { addressesOf, LookupTally } from "./lookup-tally.js";
import { QuestionTries, type TriesOwner, type TryResult, type TrySchedule } from "./question-tries.js";
import type { ReplyHandler, ResolverProcess } from "./resolver-process.js";
import type { Candidate, SearchPlan } from "./search-list.js";
import type { SocketSource } from "./socket-source.js";

/** A question that gave no address. */
export interface Failure {
  readonly name: string;
  readonly status: LookupStatus;
}

export interface WalkRules {
  readonly schedule: TrySchedule;
  readonly questions: readonly ("a" | "aaaa")[];
  /** The second question waits for the end of the first. */
  readonly oneAtATime: boolean;
  /** An answer with addresses lets the other question try no more. */
  readonly answerStopsRetries: boolean;
  namesOf(plan: SearchPlan): readonly Candidate[];
  socketsOf(process: ResolverProcess): SocketSource;
  /** Whether the next name is tried after the questions for one have failed, the last of them like this. */
  goesOn(last: Failure): boolean;
  /** What the application is told about the failures of a lookup, which are in the order of their occurrence. */
  statusOf(failures: readonly Failure[], plan: SearchPlan): LookupStatus;
}

/** The resolver of one process by these rules. Lookups may overlap; a walk that has ended serves the next one. */
export function walkingResolver(process: ResolverProcess, rules: WalkRules): Resolve {
  const idle: Walk[] = [];
  return (name, reply, payload) =>
    (idle.pop() ?? new Walk(process, rules, idle)).start(process.planOf(name), reply as ReplyHandler, payload);
}

class Walk implements TriesOwner {
  private readonly tally: LookupTally;
  private readonly sockets: SocketSource;
  private readonly tries: readonly QuestionTries[];
  private plan!: SearchPlan;
  private names: readonly Candidate[] = [];
  private reply!: ReplyHandler;
  private payload: unknown = null;
  private readonly failures: Failure[] = [];
  private readonly answers: Answer[] = [];
  private position = -1;
  private started = 0;
  private ended = 0;

  constructor(
    private readonly process: ResolverProcess,
    private readonly rules: WalkRules,
    private readonly idle: Walk[],
  ) {
    this.tally = new LookupTally(process.transport);
    this.sockets = rules.socketsOf(process);
    const { schedule, questions } = rules;
    this.tries = questions.map(() => new QuestionTries(process, schedule, this.sockets, this.tally, this));
  }

  start(plan: SearchPlan, reply: ReplyHandler, payload: unknown): PendingLookup {
    this.plan = plan;
    this.names = this.rules.namesOf(plan);
    this.reply = reply;
    this.payload = payload;
    this.failures.length = 0;
    this.tally.reset();
    this.position = -1;
    this.next();
    return this.tally;
  }

  /** Asks for the next name. */
  private next(): void {
    this.position++;
    this.started = 0;
    this.ended = 0;
    this.answers.length = 0;
    do this.startQuestion();
    while (!this.rules.oneAtATime && this.started < this.tries.length);
  }

  private startQuestion(): void {
    const type = this.rules.questions[this.started] as "a" | "aaaa";
    const tries = this.tries[this.started] as QuestionTries;
    this.started++;
    tries.start((this.names[this.position] as Candidate)[type]);
  }

  triesEnded({ name }: Question, result: TryResult): void {
    this.ended++;
    const status = statusOf(result);
    if (typeof result !== "string") this.answers.push(result);
    if (status !== "ok") this.failures.push({ name, status });
    else if (this.rules.answerStopsRetries) for (const tries of this.tries) tries.stopRetrying();
    if (this.started < this.tries.length) this.startQuestion();
    else if (this.ended === this.tries.length) this.nameEnded();
  }

  private nameEnded(): void {
    const addresses = addressesOf(this.answers);
    this.tally.remember(this.answers, addresses.length > 0, this.process.context.now);
    const more = this.position + 1 < this.names.length;
    if (addresses.length > 0) this.finish("ok", addresses);
    else if (more && this.rules.goesOn(this.failures.at(-1) as Failure)) this.next();
    else this.finish(this.rules.statusOf(this.failures, this.plan), addresses);
  }

  private finish(status: LookupStatus, addresses: readonly Address[]): void {
    const { reply, payload } = this;
    this.sockets.closeAll();
    const lookup = this.tally.lookup(status, addresses);
    this.payload = null;
    this.idle.push(this);
    reply(payload, lookup);
  }
}

function statusOf(result: TryResult): LookupStatus {
  if (result === "timeout") return "ETIMEOUT";
  if (result === "refused") return "ECONNREFUSED";
  switch (result.rcode) {
    case "NOERROR":
      return result.answers.some((record) => record.address !== null) ? "ok" : "ENODATA";
    case "NXDOMAIN":
      return "ENOTFOUND";
    case "SERVFAIL":
      return "ESERVFAIL";
    case "REFUSED":
      return "EREFUSED";
    default:
      return result.rcode satisfies never;
  }
}
