/**
 * cache (CoreDNS 1.14.7, plugin/cache): successes and denials, apart, per question type.
 *
 * An entry lives min(max(lowest TTL, 5 s), cap); its TTLs count down in whole seconds, and it is gone when they would reach
 * zero. Denials are looked up first, so a cached NXDOMAIN hides a newer success; a cached SERVFAIL (5 s) does not. Misses
 * are not coalesced. Prefetch, serve_stale and keepttl are left out; a full cache drops its oldest entry of the class
 * where CoreDNS drops a random one of a shard.
 */
import { type Micros, SECOND } from "../../engine/duration.js";
import type { Answer, DnsRecord, QuestionType } from "../../model/dns.js";
import { isBelow } from "../name.js";
import type { CacheOptions, Plugin, Query } from "./plugin.js";

/** `minTTL` of both classes, and the life of a reply without records. */
const MIN_TTL_SECONDS = 5;
const SERVER_FAILURE_SECONDS = 5;
/** 256 shards of 39 entries (10,000 asked for), per class. */
const CAPACITY = 9984;
/** What `cache` without a number caps at. */
export const DEFAULT_CAP = { success: 3600, denial: 1800 } as const;

interface Entry {
  readonly answer: Answer;
  readonly storedAt: Micros;
  readonly ttl: number;
  /** The answer as it was last served, and with which TTL. */
  served: Answer;
  servedTtl: number;
}

type Class = "success" | "denial";

export const cache: Plugin = {
  name: "cache",
  create: (options) => {
    if (options.cache === null) return null;
    const store = new AnswerCache(options.cache, options.clusterDomain);
    return (query, next) => store.get(query) ?? store.put(query, next(query));
  },
};

export class AnswerCache {
  private readonly success = new EntryStore();
  private readonly denial = new EntryStore();

  constructor(
    private readonly options: CacheOptions,
    private readonly clusterDomain: string,
  ) {}

  /** The cached answer with counted-down TTLs; null on a miss. */
  get(query: Query): Answer | null {
    const denial = this.denial.get(query);
    if (denial !== null && denial.rcode !== "SERVFAIL") return denial;
    return this.success.get(query) ?? denial;
  }

  /** Stores a fresh answer if it may be stored, and returns it as the client gets it. */
  put(query: Query, answer: Answer): Answer {
    const kind = classOf(answer);
    if (kind === null) return answer;
    if (this.options.skipCluster && isBelow(query.question.name, this.clusterDomain)) return answer;
    const ttl =
      answer.rcode === "SERVFAIL" ? SERVER_FAILURE_SECONDS : storedTtl(lowestTtl(answer), this.options.cap[kind]);
    const stored = withTtl(answer, ttl);
    const store = kind === "success" ? this.success : this.denial;
    if (ttl > 0) store.put(query, { answer: stored, storedAt: query.now, ttl, served: stored, servedTtl: ttl });
    return stored;
  }
}

/** Entries of one class: by type, then by name. */
class EntryStore {
  private readonly byType = new Map<QuestionType, Map<string, Entry>>();

  get(query: Query): Answer | null {
    const entry = this.byType.get(query.question.type)?.get(query.question.name);
    if (entry === undefined) return null;
    const ttl = entry.ttl - Math.floor((query.now - entry.storedAt) / SECOND);
    if (ttl <= 0) return null;
    if (ttl !== entry.servedTtl) {
      entry.served = withTtl(entry.answer, ttl);
      entry.servedTtl = ttl;
    }
    return entry.served;
  }

  put(query: Query, entry: Entry): void {
    const { type, name } = query.question;
    let entries = this.byType.get(type);
    if (entries === undefined) {
      entries = new Map();
      this.byType.set(type, entries);
    }
    entries.delete(name);
    if (this.size() >= CAPACITY) this.dropOldest();
    entries.set(name, entry);
  }

  private size(): number {
    let size = 0;
    for (const entries of this.byType.values()) size += entries.size;
    return size;
  }

  private dropOldest(): void {
    let oldest: Map<string, Entry> | null = null;
    let storedAt = Number.POSITIVE_INFINITY;
    for (const entries of this.byType.values()) {
      const [entry] = entries.values();
      if (entry === undefined || entry.storedAt >= storedAt) continue;
      oldest = entries;
      storedAt = entry.storedAt;
    }
    const [name] = oldest?.keys() ?? [];
    if (name !== undefined) oldest?.delete(name);
  }
}

/** How long an entry lives, in seconds. */
export function storedTtl(lowest: number | null, cap: number): number {
  return Math.min(Math.max(lowest ?? MIN_TTL_SECONDS, MIN_TTL_SECONDS), cap);
}

/** Which class keeps an answer; null for what is not cached: REFUSED, and NXDOMAIN without SOA. */
function classOf(answer: Answer): Class | null {
  if (answer.rcode === "SERVFAIL") return "denial";
  if (answer.rcode === "NXDOMAIN") return answer.authority.length > 0 ? "denial" : null;
  if (answer.rcode !== "NOERROR") return null;
  return answer.answers.length > 0 ? "success" : "denial";
}

function lowestTtl(answer: Answer): number | null {
  let lowest: number | null = null;
  for (const record of answer.answers) lowest = Math.min(lowest ?? record.ttl, record.ttl);
  for (const record of answer.authority) lowest = Math.min(lowest ?? record.ttl, record.ttl);
  return lowest;
}

function withTtl(answer: Answer, ttl: number): Answer {
  const { rcode, fact, knownSince } = answer;
  const rewrite = ({ name, type, address, data }: DnsRecord): DnsRecord => ({ name, type, ttl, address, data });
  return { rcode, answers: answer.answers.map(rewrite), authority: answer.authority.map(rewrite), fact, knownSince };
}
