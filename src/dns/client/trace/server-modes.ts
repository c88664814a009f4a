/**
 * What the DNS server of a resolver trace replies: the modes in which real resolvers were recorded (test/dns/client/trace/recorded), as
 * pure functions. It knows two names and one more in the mode nodata-suffix1; every other name does not exist.
 */
import { NO_FACT } from "../../../engine/facts.js";
import { type Address, parseAddress } from "../../../model/address.js";
import type { Answer, Question, Rcode } from "../../../model/dns.js";
import type { TransportReply } from "../transport/transport.js";

/** Null for silence. */
export type ServerReply = TransportReply | null;

export interface ServerMode {
  readonly name: string;
  readonly summary: string;
  /** `nth` counts earlier questions for this name and type. */
  reply(question: Question, nth: number): ServerReply;
}

const SUFFIX = "production.svc.cluster.local";
const DATABASE = `database.${SUFFIX}`;
const ADDRESSES: ReadonlyMap<string, Address | null> = new Map([
  [DATABASE, parseAddress("10.96.1.1")],
  ["api.example.com", parseAddress("93.184.216.34")],
]);

/** A reply to `question` with one A record, or without records. */
export function answerWith(question: Question, rcode: Rcode, address: Address | null = null): Answer {
  const { name } = question;
  const answers = address === null ? [] : [{ name, type: "A" as const, ttl: 30, address, data: "" }];
  return { rcode, answers, authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

function normal(question: Question): ServerReply {
  return known(question, ADDRESSES.get(question.name) ?? null);
}

function known(question: Question, address: Address | null): ServerReply {
  if (address === null) return answerWith(question, "NXDOMAIN");
  return answerWith(question, "NOERROR", question.type === "A" ? address : null);
}

function below(question: Question): boolean {
  return question.name.endsWith(SUFFIX);
}

export const SERVER_MODES: readonly ServerMode[] = [
  { name: "normal", summary: "known names have an A record and no AAAA, others do not exist", reply: normal },
  { name: "drop-all", summary: "nothing is answered", reply: () => null },
  {
    name: "drop-suffix1",
    summary: "names below the first suffix are not answered",
    reply: (question) => (below(question) ? null : normal(question)),
  },
  {
    name: "drop-first-aaaa",
    summary: "the first AAAA question for a name is lost",
    reply: (question, nth) => (question.type === "AAAA" && nth === 0 ? null : normal(question)),
  },
  {
    name: "drop-first-a",
    summary: "the first A question for a name is lost",
    reply: (question, nth) => (question.type === "A" && nth === 0 ? null : normal(question)),
  },
  {
    name: "servfail-all",
    summary: "every answer is SERVFAIL",
    reply: (question) => answerWith(question, "SERVFAIL"),
  },
  {
    name: "refused-all",
    summary: "every answer is REFUSED",
    reply: (question) => answerWith(question, "REFUSED"),
  },
  {
    name: "servfail-suffix1",
    summary: "names below the first suffix are SERVFAIL",
    reply: (question) => (below(question) ? answerWith(question, "SERVFAIL") : normal(question)),
  },
  {
    name: "nodata-suffix1",
    summary: "web exists below the first suffix without addresses, and below the second with one",
    reply: (question) => {
      if (question.name === `web.${SUFFIX}`) return answerWith(question, "NOERROR");
      return question.name === "web.svc.cluster.local" ? known(question, parseAddress("10.9.9.9")) : normal(question);
    },
  },
  {
    name: "split-a-nxdomain",
    summary: "database below the first suffix: A is NXDOMAIN, AAAA is NODATA",
    reply: (question) => {
      if (question.name !== DATABASE) return normal(question);
      return answerWith(question, question.type === "A" ? "NXDOMAIN" : "NOERROR");
    },
  },
  { name: "no-listener", summary: "the port is closed: ICMP port unreachable", reply: () => "refused" },
];
