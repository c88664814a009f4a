/**
 * `dns.resolve4` of Node.js 20 (c-ares 1.34.6, called without a search list): one question, A for the name as it stands.
 * Unanswered it is sent at 0, 3, 7 and 13 s, each time from a new port, and given up at 26 s: measured with the defaults,
 * so `timeout` and `attempts` of resolv.conf are not looked at.
 */
import type { Context } from "../../../engine/context.js";
import { SECOND } from "../../../engine/duration.js";
import type { LookupStatus, Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { C_ARES_DIALECT } from "./c-ares.js";
import { parseResolvConf } from "./resolv-conf-parser.js";
import type { Resolver } from "./resolver.js";
import { ResolverProcess } from "./resolver-process.js";
import { SharedSockets } from "./socket-source.js";
import { type Failure, type WalkRules, walkingResolver } from "./walk.js";

/** How long each try waits. */
const WAIT_SECONDS = [3, 4, 6, 13];

const RULES: WalkRules = {
  schedule: { rounds: WAIT_SECONDS.length, timeoutOf: (round) => (WAIT_SECONDS[round] as number) * SECOND },
  questions: ["a"],
  oneAtATime: false,
  answerStopsRetries: false,
  namesOf: ({ asIs }) => [asIs],
  socketsOf: (process) => new SharedSockets(process),
  goesOn: () => false,
  statusOf: (failures): LookupStatus => (failures.at(-1) as Failure).status,
};

function createNodeResolve(resolvConf: string, transport: Transport, context: Context): Resolve {
  const process = new ResolverProcess(parseResolvConf(resolvConf, C_ARES_DIALECT), transport, context);
  return walkingResolver(process, RULES);
}

export const nodeResolve: Resolver = {
  name: "node-resolve",
  summary: "dns.resolve4 of Node.js 20 (c-ares): one question for the name as it stands, no search list",
  create: createNodeResolve,
};
