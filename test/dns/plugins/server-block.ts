/** The plugin chain of a Corefile's only server block, over a fake or real way to other servers. */

import type { CorefileFiles } from "../../../src/dns/corefile/corefile.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { PLUGINS } from "../../../src/dns/plugins/order.js";
import type { Handler } from "../../../src/dns/plugins/plugin.js";
import { RecordIndex } from "../../../src/dns/record-index.js";
import { PendingAnswer } from "../../../src/dns/reply.js";
import { configureServers } from "../../../src/dns/server/configure.js";
import { buildChain } from "../../../src/dns/server/plugin-chain.js";
import type { ExchangeOptions, ExchangeResult, UpstreamExchange } from "../../../src/dns/upstream/upstream.js";
import { Validity } from "../../../src/dns/validity.js";
import { Context } from "../../../src/engine/context.js";
import { MILLISECOND, type Micros, SECOND } from "../../../src/engine/duration.js";
import { Phase } from "../../../src/engine/event-queue.js";
import { Simulation } from "../../../src/engine/simulation.js";
import { type Address, formatAddress, parseAddress } from "../../../src/model/address.js";
import type { Answer, DnsRecord, Question, QuestionType } from "../../../src/model/dns.js";
import { KeptAddresses } from "../../../src/model/kept-addresses.js";

export const NAMESERVERS = ["192.0.2.53", "192.0.2.54"].map((text) => parseAddress(text)!);
export const HOST_SEARCH = ["corp.example"];
/** How long an upstream takes that answers. */
export const ANSWER_AFTER: Micros = 5 * MILLISECOND;

export function record(name: string, type: DnsRecord["type"], value: string, ttl = 60): DnsRecord {
  const address = type === "A" ? parseAddress(value)! : null;
  return { name, type, ttl, address, data: type === "A" ? "" : value };
}

export function answered(rcode: Answer["rcode"], ...answers: DnsRecord[]): Answer {
  return { rcode, answers, authority: [], fact: -1, knownSince: Number.NaN };
}

export const SOA: DnsRecord = record("", "SOA", "a. b. 1 2 3 4 5", 30);

export interface Asked {
  readonly at: Micros;
  readonly server: string;
  readonly question: Question;
  readonly options: ExchangeOptions;
}

type Decide = (asked: Asked) => ExchangeResult;

/** Answers by a function: answers after 5 ms, `refused` after 1 ms, `timeout` when the time is up. */
export class FakeUpstream implements UpstreamExchange {
  readonly asked: Asked[] = [];
  decide: Decide = ({ question }) => answered("NOERROR", record(question.name, "A", "198.51.100.1"));

  constructor(private readonly context: Context) {}

  exchange<P>(
    question: Question,
    options: ExchangeOptions,
    done: (payload: P, result: ExchangeResult) => void,
    payload: P,
  ): void {
    const asked = { at: this.context.now, server: formatAddress(options.server), question, options };
    this.asked.push(asked);
    const result = this.decide(asked);
    const delay = result === "timeout" ? options.timeout : result === "refused" ? MILLISECOND : ANSWER_AFTER;
    this.context.after(delay, Phase.traffic, (reply: ExchangeResult) => done(payload, reply), result);
  }

  /** What was asked for clients, health checks left out. */
  get tries(): readonly Asked[] {
    return this.asked.filter(({ question }) => question.type !== "NS");
  }

  get checks(): readonly Asked[] {
    return this.asked.filter(({ question }) => question.type === "NS");
  }
}

export interface ServerBlockOptions {
  readonly seed?: string;
  readonly zone?: string;
  /** The files of the container. */
  readonly files?: CorefileFiles;
}

export class ServerBlock {
  readonly simulation: Simulation;
  readonly context: Context;
  readonly upstream: FakeUpstream;
  readonly index = new RecordIndex();
  readonly chain: Handler;

  /** `directives` are the lines of one server block. */
  constructor(directives: string, { seed = "1", zone = ".", files = {} }: ServerBlockOptions = {}) {
    this.simulation = new Simulation({ seed });
    this.context = new Context(this.simulation, "coredns");
    this.upstream = new FakeUpstream(this.context);
    const { servers } = configured(directives, zone, files);
    const chain = buildChain(servers[0]!.plugins, {
      context: this.context,
      index: this.index,
      synced: () => true,
      key: (purpose) => this.context.key(purpose),
      upstream: this.upstream,
      validity: new Validity(),
      kept: new KeptAddresses(),
      changed: () => {},
      lookup: (query) => this.chain(query),
    });
    if (chain === null) throw new Error("no plugin has a handler");
    this.chain = chain;
  }

  /** Asks now; the answer and when it came are filled in as the simulation goes on. */
  ask(name: string, type: QuestionType = "A", source: Address = 0): { answer: Answer | null; at: Micros } {
    const result: { answer: Answer | null; at: Micros } = { answer: null, at: Number.NaN };
    const reply = this.chain({ question: { name, type }, now: this.context.now, source });
    const take = (answer: Answer): void => {
      result.answer = answer;
      result.at = this.context.now;
    };
    if (reply instanceof PendingAnswer) reply.whenAnswered(take);
    else take(reply);
    return result;
  }

  runUntil(time: Micros): void {
    while (this.simulation.advance(1000, time));
    this.simulation.skipTo(time);
  }

  /** Asks and waits for the answer, at most a minute. */
  answer(name: string, type: QuestionType = "A", source: Address = 0): Answer {
    const result = this.ask(name, type, source);
    const end = this.context.now + 60 * SECOND;
    while (result.answer === null && this.simulation.nextTime() <= end) this.simulation.advance(1);
    if (result.answer === null) throw new Error(`${name} was never answered`);
    return result.answer;
  }
}

function configured(directives: string, zone: string, files: CorefileFiles) {
  const result = parse(directives, zone, files);
  if (result.errors.length > 0) throw new Error(result.errors.map(({ message }) => message).join("; "));
  return result;
}

/** What is wrong with the lines of a server block: "line:column message". */
export function errorsOf(directives: string, zone = "."): string[] {
  return parse(directives, zone).errors.map(
    ({ position, message }) => `${position.line}:${position.column} ${message}`,
  );
}

function parse(directives: string, zone: string, files: CorefileFiles = {}) {
  const { corefile, errors } = parseCorefile(`${zone} {\n${directives}\n}\n`, { environment: {}, files });
  if (corefile === null) return { servers: [], errors };
  const context = { hostSearch: HOST_SEARCH, hostNameservers: NAMESERVERS, files };
  const { servers, errors: wrong } = configureServers(corefile, PLUGINS, context);
  return { servers, errors: [...errors, ...wrong] };
}
