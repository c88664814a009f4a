/** The DNS server of the recorded resolver traces, as a transport: same data, same modes, no latency. */

import type { Transport, TransportHandler, TransportReply } from "../../src/dns/resolver/transport.js";
import type { Context } from "../../src/engine/context.js";
import type { Micros } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { type Address, parseAddress } from "../../src/model/address.js";
import type { Answer, Question, Rcode } from "../../src/model/dns.js";

export interface Observed {
  readonly at: Micros;
  readonly socket: number;
  readonly nameserver: Address;
  readonly type: string;
  readonly name: string;
}

const SUFFIX1 = "production.svc.cluster.local";
const ADDRESSES: Readonly<Record<string, string>> = {
  "database.production.svc.cluster.local": "10.96.1.1",
  "api.example.com": "93.184.216.34",
};

export function answer(rcode: Rcode, question: Question, address: Address | null): Answer {
  const { name } = question;
  const answers = address === null ? [] : [{ name, type: "A" as const, ttl: 30, address, data: "" }];
  return { rcode, answers, authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

/** What the recorded server replies in a mode; null for silence. `nth` counts earlier questions of name and type. */
export function replyOf(mode: string, question: Question, nth: number): TransportReply | null {
  const { name, type } = question;
  const below1 = name.endsWith(SUFFIX1);
  if (mode === "drop-all" || (mode === "drop-suffix1" && below1)) return null;
  if (mode === "drop-first-aaaa" && type === "AAAA" && nth === 0) return null;
  if (mode === "drop-first-a" && type === "A" && nth === 0) return null;
  if (mode === "no-listener") return "refused";
  if (mode === "servfail-all" || (mode === "servfail-suffix1" && below1)) return answer("SERVFAIL", question, null);
  if (mode === "refused-all") return answer("REFUSED", question, null);
  if (mode === "nodata-suffix1" && name === `web.${SUFFIX1}`) return answer("NOERROR", question, null);
  const web = mode === "nodata-suffix1" && name === "web.svc.cluster.local";
  if (mode === "split-a-nxdomain" && name === `database.${SUFFIX1}`) {
    return answer(type === "A" ? "NXDOMAIN" : "NOERROR", question, null);
  }
  const known = web ? "10.9.9.9" : ADDRESSES[name];
  if (known === undefined) return answer("NXDOMAIN", question, null);
  return answer("NOERROR", question, type === "A" ? parseAddress(known) : null);
}

interface Pending {
  readonly onReply: TransportHandler<unknown>;
  readonly payload: unknown;
  readonly reply: TransportReply;
}

/** Replies after `latency`, decided by `decide`; remembers every question. */
export class TraceServer implements Transport {
  readonly observed: Observed[] = [];
  readonly open = new Set<number>();
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly decide: (question: Question, nth: number, nameserver: Address) => TransportReply | null,
    private readonly latency: Micros = 100,
    /** Whether the resolver is told when the reply will come. */
    private readonly certain = true,
  ) {}

  send<P>(nameserver: Address, socket: number, question: Question, onReply: TransportHandler<P>, payload: P): Micros {
    const { name, type } = question;
    this.observed.push({ at: this.context.now, socket, nameserver, type, name });
    this.open.add(socket);
    const key = `${type} ${name}`;
    const nth = this.seen.get(key) ?? 0;
    this.seen.set(key, nth + 1);
    const reply = this.decide(question, nth, nameserver);
    if (reply === null) return Number.POSITIVE_INFINITY;
    const pending: Pending = { onReply: onReply as TransportHandler<unknown>, payload, reply };
    this.context.after(this.latency, Phase.traffic, deliver, pending);
    return this.certain ? this.context.now + this.latency : Number.POSITIVE_INFINITY;
  }

  close(socket: number): void {
    this.open.delete(socket);
  }
}

function deliver(pending: Pending): void {
  pending.onReply(pending.payload, pending.reply);
}
