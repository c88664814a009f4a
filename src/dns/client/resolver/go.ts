/**
 * The resolver that Go programs bring along (src/net/dnsclient_unix.go at 01340f00): names in the order of glibc, A and AAAA
 * independently, each try from a socket of its own. No failure ends the walk; the failure of the name as the program gave
 * it is reported, else the first one. NODATA counts as "no such host", SERVFAIL and REFUSED as "server misbehaving".
 * resolv.conf is never read again: pods keep theirs. Left out: `rotate`, `use-vc`, truncated answers.
 */
import type { Context } from "../../../engine/context.js";
import { SECOND } from "../../../engine/duration.js";
import type { LookupStatus, Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { parseResolvConf, type ResolvConfDialect } from "./resolv-conf-parser.js";
import type { Resolver } from "./resolver.js";
import { ResolverProcess } from "./resolver-process.js";
import { inOrder, type SearchPlan } from "./search-list.js";
import { FreshSockets } from "./socket-source.js";
import { type Failure, type WalkRules, walkingResolver } from "./walk.js";

const DIALECT: ResolvConfDialect = {
  longestLine: Number.POSITIVE_INFINITY,
  nameservers: 3,
  ndots: { initial: 1, smallest: 0, largest: 15 },
  timeoutSeconds: { initial: 5, smallest: 1, largest: Number.POSITIVE_INFINITY },
  attempts: { initial: 2, smallest: 1, largest: Number.POSITIVE_INFINITY },
  flags: ["single-request", "single-request-reopen"],
};

function createGoResolver(resolvConf: string, transport: Transport, context: Context): Resolve {
  const process = new ResolverProcess(parseResolvConf(resolvConf, DIALECT), transport, context);
  const { timeoutSeconds, attempts, singleRequest, singleRequestReopen } = process.resolvConf.options;
  const rules: WalkRules = {
    schedule: { rounds: attempts, timeoutOf: () => timeoutSeconds * SECOND },
    questions: ["a", "aaaa"],
    oneAtATime: singleRequest || singleRequestReopen,
    answerStopsRetries: false,
    namesOf: inOrder,
    socketsOf: (each) => new FreshSockets(each),
    goesOn: () => true,
    statusOf: preferred,
  };
  return walkingResolver(process, rules);
}

export const go: Resolver = {
  name: "go",
  summary: "Go's own resolver: A and AAAA from separate sockets, and failures that never end the search",
  create: createGoResolver,
};

function preferred(failures: readonly Failure[], { asIs }: SearchPlan): LookupStatus {
  const own = failures.findLast((failure) => failure.name === asIs.name);
  const { status } = own ?? (failures[0] as Failure);
  if (status === "ENODATA") return "ENOTFOUND";
  return status === "EREFUSED" ? "ESERVFAIL" : status;
}
