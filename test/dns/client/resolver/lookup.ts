/** Lookups against a server in a mode of the recorded traces, or one that a test decides about. */
import { glibc } from "../../../../src/dns/client/resolver/glibc.js";
import type { Resolver } from "../../../../src/dns/client/resolver/resolver.js";
import { SERVER_MODES, type ServerMode } from "../../../../src/dns/client/trace/server-modes.js";
import {
  type DecideReply,
  type ObservedQuestion,
  TraceTransport,
} from "../../../../src/dns/client/trace/trace-transport.js";
import { Context } from "../../../../src/engine/context.js";
import { MILLISECOND, SECOND } from "../../../../src/engine/duration.js";
import { Simulation } from "../../../../src/engine/simulation.js";
import { parseAddress } from "../../../../src/model/address.js";
import type { Lookup } from "../../../../src/model/dns.js";

export const PRODUCTION = `nameserver 127.0.0.1
search production.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
`;

/** Nobody listens there. */
export const CLOSED = parseAddress("127.0.0.2")!;

export interface Finished {
  readonly lookup: Lookup;
  readonly elapsedS: number;
  readonly observed: readonly ObservedQuestion[];
  /** Events planned for later than datagrams on their way need: 0, or a timer was forgotten. */
  readonly timers: number;
  readonly openSockets: number;
}

interface Situation {
  readonly resolver?: Resolver;
  readonly resolvConf?: string;
  readonly foretold?: boolean;
}

/** Looks names up one after the other in one process. */
export function lookUpAll(
  names: readonly string[],
  decide: DecideReply,
  situation: Situation = {},
): readonly Finished[] {
  const { resolver = glibc, resolvConf = PRODUCTION, foretold = true } = situation;
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const transport = new TraceTransport(context, decide, foretold);
  const resolve = resolver.create(resolvConf, transport, context);
  return names.map((name) => {
    const start = simulation.now;
    const from = transport.observed.length;
    const replies: Lookup[] = [];
    let end = start;
    resolve(
      name,
      (list: Lookup[], lookup) => {
        list.push(lookup);
        end = simulation.now;
      },
      replies,
    );
    while (replies.length === 0 && simulation.advance(1));
    while (simulation.nextTime() <= end + MILLISECOND) simulation.advance(1);
    const timers = simulation.nextTime() === Number.POSITIVE_INFINITY ? 0 : 1;
    if (replies.length !== 1) throw new Error(`${name}: ${replies.length} replies`);
    return {
      lookup: replies[0]!,
      elapsedS: (end - start) / SECOND,
      observed: transport.observed.slice(from),
      timers,
      openSockets: transport.sockets.size,
    };
  });
}

export function modeNamed(name: string): ServerMode {
  const mode = SERVER_MODES.find((each) => each.name === name);
  if (mode === undefined) throw new Error(`there is no server mode ${name}`);
  return mode;
}

/** One lookup; nobody listens at CLOSED. */
export function lookUp(name: string, mode: string, resolvConf = PRODUCTION, resolver: Resolver = glibc): Finished {
  const { reply } = modeNamed(mode);
  const decide: DecideReply = (question, nth, nameserver) => (nameserver === CLOSED ? "refused" : reply(question, nth));
  return lookUpAll([name], decide, { resolver, resolvConf })[0]!;
}

/** "A database.production.svc.cluster.local", in the order of sending. */
export function asked({ observed }: Finished): string[] {
  return observed.map(({ question }) => `${question.type} ${question.name}`);
}

/** Seconds, rounded to 10 ms, type and socket of each question. */
export function schedule({ observed }: Finished): [number, string, number][] {
  return observed.map(({ at, question, socket }) => [Math.round(at / 10_000) / 100, question.type, socket]);
}
