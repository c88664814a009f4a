/**
 * The resolver of c-ares 1.34 as libraries call it (`ares_getaddrinfo`): Envoy, gRPC in C++ and Python, curl. Names in the
 * order of glibc. Tries wait 2, 4 and 8 s; `timeout` and `attempts` of resolv.conf change that. NXDOMAIN and NODATA lead to
 * the next name; every other failure ends the search, except SERVFAIL and REFUSED for a name of one label. An answer for
 * one family lets the other try no more. Left out: the random shortening of later tries, the order of nameservers by their
 * failures, and the cache of answers.
 */
import type { Context } from "../../../engine/context.js";
import { SECOND } from "../../../engine/duration.js";
import type { LookupStatus, Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { parseResolvConf, type ResolvConfDialect } from "./resolv-conf-parser.js";
import type { Resolver } from "./resolver.js";
import { ResolverProcess } from "./resolver-process.js";
import { inOrder } from "./search-list.js";
import { SharedSockets } from "./socket-source.js";
import { type Failure, type WalkRules, walkingResolver } from "./walk.js";

export const C_ARES_DIALECT: ResolvConfDialect = {
  longestLine: Number.POSITIVE_INFINITY,
  nameservers: Number.POSITIVE_INFINITY,
  ndots: { initial: 1, smallest: 0, largest: Number.POSITIVE_INFINITY },
  timeoutSeconds: { initial: 2, smallest: 1, largest: 3600 },
  attempts: { initial: 3, smallest: 1, largest: 20 },
  flags: [],
};

function createCAresResolver(resolvConf: string, transport: Transport, context: Context): Resolve {
  const process = new ResolverProcess(parseResolvConf(resolvConf, C_ARES_DIALECT), transport, context);
  const { timeoutSeconds, attempts } = process.resolvConf.options;
  const rules: WalkRules = {
    schedule: { rounds: attempts, timeoutOf: (round) => timeoutSeconds * SECOND * (1 << round) },
    questions: ["a", "aaaa"],
    oneAtATime: false,
    answerStopsRetries: true,
    namesOf: inOrder,
    socketsOf: (each) => new SharedSockets(each),
    goesOn,
    statusOf: lastStatus,
  };
  return walkingResolver(process, rules);
}

export const cAres: Resolver = {
  name: "c-ares",
  summary: "ares_getaddrinfo of c-ares 1.34 (Envoy, gRPC in C++ and Python): tries of 2, 4 and 8 s",
  create: createCAresResolver,
};

function goesOn({ name, status }: Failure): boolean {
  if (status === "ENOTFOUND" || status === "ENODATA") return true;
  return (status === "ESERVFAIL" || status === "EREFUSED") && !name.includes(".");
}

/** A name that exists without addresses is remembered over names that do not exist. */
function lastStatus(failures: readonly Failure[]): LookupStatus {
  const { status } = failures.at(-1) as Failure;
  const noData = failures.some((failure) => failure.status === "ENODATA");
  return status === "ENOTFOUND" && noData ? "ENODATA" : status;
}
