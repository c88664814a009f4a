/**
 * What a resolver asks a DNS server, when, from which port, and what the application gets: in the format of the traces that
 * were recorded with real resolvers (test/dns/client/trace/recorded), so that both can be compared. No cluster is involved.
 */
import { Context } from "../../../engine/context.js";
import { type Micros, SECOND } from "../../../engine/duration.js";
import { Simulation } from "../../../engine/simulation.js";
import { type Address, formatAddress } from "../../../model/address.js";
import type { Lookup, LookupStatus } from "../../../model/dns.js";
import type { Resolver } from "../resolver/resolver.js";
import type { ServerMode, ServerReply } from "./server-modes.js";
import { TraceTransport } from "./trace-transport.js";

export interface TraceOptions {
  readonly resolver: Resolver;
  /** The whole text. */
  readonly resolvConf: string;
  readonly mode: ServerMode;
  /** As the application gives it. */
  readonly name: string;
  /** Lookups of the name, one after the other in one process. Default 1. */
  readonly calls?: number;
  /** Nameservers at whose port nobody listens; all others are the server. */
  readonly closed?: readonly Address[];
  /** Whether the resolver is told when replies will come; default true. Nothing may depend on it. */
  readonly foretold?: boolean;
}

/** Times are seconds, rounded to 10 ms. Questions to closed ports reach no server, so they are not listed. */
export interface ResolverTrace {
  readonly resolver: string;
  readonly name: string;
  readonly server_mode: string;
  readonly resolv_conf: string;
  readonly questions_recorded: boolean;
  readonly questions: readonly TracedQuestion[];
  readonly results: readonly TracedResult[];
}

export interface TracedQuestion {
  /** Since the first question that is listed. */
  readonly t: number;
  /** "p1", "p2", … in the order of their first use. */
  readonly port: string;
  readonly type: string;
  readonly name: string;
  /** An rcode, NODATA, or DROP for silence. */
  readonly reply: string;
  readonly answer?: string;
  /** Which of several lookups asked; left out for a single one. */
  readonly call?: number;
}

export interface TracedResult {
  readonly status: LookupStatus;
  readonly addresses: readonly string[];
  readonly elapsed_s: number;
}

interface Call {
  readonly startedAt: Micros;
  /** Index of its first question. */
  readonly from: number;
  readonly simulation: Simulation;
  endedAt: Micros;
  lookup: Lookup | null;
}

/** Runs the lookups and writes down what happened. */
export function traceLookups(options: TraceOptions): ResolverTrace {
  const { resolver, resolvConf, mode, name, calls = 1, closed = [], foretold = true } = options;
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const transport = new TraceTransport(
    context,
    (question, nth, nameserver) => (closed.includes(nameserver) ? "refused" : mode.reply(question, nth)),
    foretold,
  );
  const resolve = resolver.create(resolvConf, transport, context);
  const made: Call[] = [];
  while (made.length < calls) {
    const from = transport.observed.length;
    const call: Call = { startedAt: simulation.now, from, simulation, endedAt: Number.NaN, lookup: null };
    made.push(call);
    resolve(name, ended, call);
    while (call.lookup === null && simulation.advance(1));
  }
  const questions = tracedQuestions(transport, made);
  return {
    resolver: resolver.name,
    name,
    server_mode: mode.name,
    resolv_conf: resolvConf,
    questions_recorded: questions.length > 0,
    questions,
    results: made.map(tracedResult),
  };
}

function ended(call: Call, lookup: Lookup): void {
  call.endedAt = call.simulation.now;
  call.lookup = lookup;
}

function tracedQuestions({ observed }: TraceTransport, calls: readonly Call[]): TracedQuestion[] {
  const ports = new Map<number, string>();
  const heard = observed.map((each, index) => ({ ...each, index })).filter(({ reply }) => reply !== "refused");
  return heard.map(({ at, socket, question: { type, name }, reply, index }) => {
    const port = ports.get(socket) ?? `p${ports.size + 1}`;
    ports.set(socket, port);
    const call = calls.length === 1 ? {} : { call: calls.findLastIndex(({ from }) => from <= index) };
    return { t: seconds(at - (heard[0]?.at ?? 0)), port, type, name, ...tracedReply(reply), ...call };
  });
}

function tracedReply(reply: ServerReply): { readonly reply: string; readonly answer?: string } {
  if (reply === null || reply === "refused") return { reply: "DROP" };
  const address = reply.answers[0]?.address ?? null;
  if (address !== null) return { reply: reply.rcode, answer: formatAddress(address) };
  return { reply: reply.rcode === "NOERROR" ? "NODATA" : reply.rcode };
}

function tracedResult({ lookup, startedAt, endedAt }: Call): TracedResult {
  if (lookup === null) throw new Error("the resolver never replied");
  return {
    status: lookup.status,
    addresses: lookup.addresses.map(formatAddress),
    elapsed_s: seconds(endedAt - startedAt),
  };
}

function seconds(time: Micros): number {
  return Math.round((time * 100) / SECOND) / 100;
}
