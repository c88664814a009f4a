/** One glibc lookup against a server in a mode of the recorded traces. */
import { createGlibcResolver } from "../../src/dns/resolver/glibc.js";
import type { TransportReply } from "../../src/dns/resolver/transport.js";
import { Context } from "../../src/engine/context.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { Simulation } from "../../src/engine/simulation.js";
import { type Address, parseAddress } from "../../src/model/address.js";
import type { Lookup, Question } from "../../src/model/dns.js";
import { type Observed, replyOf, TraceServer } from "./trace-server.js";

export const PRODUCTION = `nameserver 127.0.0.1
search production.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
`;

export interface Finished {
  readonly lookup: Lookup;
  readonly elapsedS: number;
  readonly observed: readonly Observed[];
  /** Events planned for later than datagrams on their way need: 0, or a timer was forgotten. */
  readonly timers: number;
  readonly openSockets: number;
}

type Decide = (question: Question, nth: number, nameserver: Address) => TransportReply | null;

/** Looks names up one after the other in one process. */
export function lookUpAll(
  names: readonly string[],
  resolvConf: string,
  decide: Decide,
  certain = true,
): readonly Finished[] {
  const simulation = new Simulation({ seed: "1" });
  const context = new Context(simulation, "client");
  const server = new TraceServer(context, decide, 100, certain);
  const resolve = createGlibcResolver(resolvConf, server, context);
  return names.map((name) => {
    const start = simulation.now;
    const from = server.observed.length;
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
      observed: server.observed.slice(from),
      timers,
      openSockets: server.open.size,
    };
  });
}

export function lookUp(name: string, mode: string, resolvConf = PRODUCTION): Finished {
  const closed = parseAddress("127.0.0.2");
  return lookUpAll([name], resolvConf, (question, nth, nameserver) =>
    nameserver === closed ? "refused" : replyOf(mode, question, nth),
  )[0]!;
}
