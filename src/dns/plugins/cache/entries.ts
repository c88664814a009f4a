/** Entries of one class of the cache: by question type, then by name. */
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { Answer, DnsRecord, Question, QuestionType } from "../../../model/dns.js";

export interface CacheEntry {
  readonly answer: Answer;
  readonly storedAt: Micros;
  /** Seconds that it lives. */
  readonly ttl: number;
  /** The answer as it was last served, with which TTL, and how old it was in seconds. */
  served: Answer;
  servedTtl: number;
  servedAge: number;
  /** For prefetch: hits without a gap, and the last one. */
  hits: number;
  lastHit: Micros;
  /** A question that renews it is under way. */
  refreshing: boolean;
}

export function newEntry(answer: Answer, storedAt: Micros, ttl: number): CacheEntry {
  return {
    answer,
    storedAt,
    ttl,
    served: answer,
    servedTtl: Number.NaN,
    servedAge: Number.NaN,
    hits: 0,
    lastHit: storedAt,
    refreshing: false,
  };
}

/** Seconds that are left, 0 or less when it has expired. */
export function remaining(entry: CacheEntry, now: Micros): number {
  return entry.ttl - Math.floor((now - entry.storedAt) / SECOND);
}

/** The answer with the given TTL on all records; the same object for as long as TTL and age stay the same. */
export function servedWith(entry: CacheEntry, ttl: number, now: Micros): Answer {
  const age = Math.floor((now - entry.storedAt) / SECOND);
  if (ttl !== entry.servedTtl || age !== entry.servedAge) {
    entry.served = withTtl(entry.answer, ttl, "cache", age);
    entry.servedTtl = ttl;
    entry.servedAge = age;
  }
  return entry.served;
}

export class CacheEntries {
  private readonly byType = new Map<QuestionType, Map<string, CacheEntry>>();
  private size = 0;

  constructor(private readonly capacity: number) {}

  get({ type, name }: Question): CacheEntry | null {
    return this.byType.get(type)?.get(name) ?? null;
  }

  /** Whether another entry had to go: the former one of the question, or the oldest. */
  put({ type, name }: Question, entry: CacheEntry): boolean {
    let entries = this.byType.get(type);
    if (entries === undefined) {
      entries = new Map();
      this.byType.set(type, entries);
    }
    const renewed = entries.delete(name);
    if (renewed) this.size--;
    const full = this.size >= this.capacity;
    if (full) this.dropOldest();
    entries.set(name, entry);
    this.size++;
    return renewed || full;
  }

  /** Whether there was one. */
  delete({ type, name }: Question): boolean {
    const found = this.byType.get(type)?.delete(name) === true;
    if (found) this.size--;
    return found;
  }

  private dropOldest(): void {
    let oldest: Map<string, CacheEntry> | null = null;
    let storedAt = Number.POSITIVE_INFINITY;
    for (const entries of this.byType.values()) {
      const [entry] = entries.values();
      if (entry === undefined || entry.storedAt >= storedAt) continue;
      oldest = entries;
      storedAt = entry.storedAt;
    }
    const [name] = oldest?.keys() ?? [];
    if (name !== undefined && oldest?.delete(name) === true) this.size--;
  }
}

/** A copy of an answer with one TTL on all its records. */
export function withTtl(answer: Answer, ttl: number, source: string | undefined, age: number | undefined): Answer {
  const { rcode, answers, authority, additional, fact, knownSince } = answer;
  const rewrite = ({ name, type, address, data }: DnsRecord): DnsRecord => ({ name, type, ttl, address, data });
  return {
    rcode,
    answers: answers.map(rewrite),
    authority: authority.map(rewrite),
    additional: additional?.map(rewrite),
    source,
    age,
    fact,
    knownSince,
  };
}
