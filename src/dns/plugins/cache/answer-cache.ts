/**
 * What the cache plugin keeps (CoreDNS 1.14.7, plugin/cache): successes and denials, apart, per question type.
 *
 * An entry lives min(max(lowest TTL, least), cap); its TTLs count down in whole seconds, and it has expired when they would
 * reach zero. Denials are looked up first, so a cached NXDOMAIN hides a newer success; a cached SERVFAIL does not. A full
 * class drops its oldest entry where CoreDNS drops a random one of a shard. With serve_stale an expired entry is only
 * used when no live one of the other class is there, and whatever renews it takes its place in both classes.
 */
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { Address } from "../../../model/address.js";
import type { Answer, Question } from "../../../model/dns.js";
import { KeptAddresses } from "../../../model/kept-addresses.js";
import { isInZones } from "../../zone.js";
import { CacheEntries, type CacheEntry, newEntry, remaining, servedWith, withTtl } from "./entries.js";
import { type CacheClass, type CacheOptions, MIN_TTL_SECONDS } from "./options.js";

export class AnswerCache {
  private readonly success: CacheEntries;
  private readonly denial: CacheEntries;

  /** `displaced` is called when an entry makes room for another one, or is renewed. `kept`: for reports. */
  constructor(
    private readonly options: CacheOptions,
    private readonly kept = new KeptAddresses(),
    private readonly displaced: () => void = () => {},
  ) {
    this.success = new CacheEntries(options.success.capacity);
    this.denial = new CacheEntries(options.denial.capacity);
  }

  /** The live entry that answers; null on a miss. */
  find(question: Question, now: Micros): CacheEntry | null {
    const denial = live(this.denial.get(question), now);
    if (denial !== null && denial.answer.rcode !== "SERVFAIL") return denial;
    return live(this.success.get(question), now) ?? denial;
  }

  /** An expired entry that may still be served; null without serve_stale. */
  findStale(question: Question, now: Micros): CacheEntry | null {
    const { stale } = this.options;
    if (stale === null) return null;
    for (const entry of [this.denial.get(question), this.success.get(question)]) {
      if (entry === null || entry.answer.rcode === "SERVFAIL") continue;
      if (now - entry.storedAt - entry.ttl * SECOND < stale.upTo) return entry;
    }
    return null;
  }

  /** The answer of a live entry as a client gets it now. */
  serve(entry: CacheEntry, now: Micros): Answer {
    return servedWith(entry, this.options.keepTtl ? entry.ttl : remaining(entry, now), now);
  }

  /** Until when `serve` gives the same answer and nothing else happens to the entry by being served. */
  servedUntil(entry: CacheEntry, now: Micros): Micros {
    if (this.options.prefetch !== null) return now;
    return entry.storedAt + (Math.floor((now - entry.storedAt) / SECOND) + 1) * SECOND;
  }

  /** Whether no answer to this question is ever stored. */
  storesNothing({ name }: Question): boolean {
    const { success, denial } = this.options;
    return isInZones(name, success.disabled) && isInZones(name, denial.disabled);
  }

  serveStale(entry: CacheEntry, question: Question, now: Micros): Answer {
    if (question.type === "A") this.kept.used(question.name, now);
    return servedWith(entry, this.options.stale?.ttl ?? 0, now);
  }

  /** The cached answer with counted-down TTLs; null on a miss. */
  get(question: Question, now: Micros): Answer | null {
    const entry = this.find(question, now);
    return entry === null ? null : this.serve(entry, now);
  }

  /** Stores a fresh answer if it may be stored, and returns it as the client gets it. */
  put(question: Question, answer: Answer, now: Micros): Answer {
    const kind = classOf(answer);
    if (kind === null) return answer;
    const { cap, least, disabled } = this.options[kind];
    if (isInZones(question.name, disabled)) return answer;
    const failed = answer.rcode === "SERVFAIL";
    const ttl = failed ? this.options.serverFailure : storedTtl(lowestTtl(answer), cap, least);
    const stored = withTtl(answer, ttl, answer.source, answer.age);
    const entries = kind === "success" ? this.success : this.denial;
    if (ttl > 0 && !failed) this.tell(question, stored, now, now + ttl * SECOND);
    if (ttl > 0 && entries.put(question, newEntry(stored, now, ttl))) this.displaced();
    return stored;
  }

  /** What is kept under a name now: a denial hides addresses. */
  private tell({ type, name }: Question, stored: Answer, now: Micros, until: Micros): void {
    if (type === "A") this.kept.keep(name, addressesOf(stored), now, until);
  }

  /** Stores an answer that was fetched to renew an entry: it takes the place of both classes. */
  renew(question: Question, answer: Answer, now: Micros, former: CacheEntry): Answer {
    const kind = classOf(answer);
    const stored = this.put(question, answer, now);
    if (kind === null || answer.rcode === "SERVFAIL") return stored;
    if ((kind === "success" ? this.denial : this.success).delete(question)) this.displaced();
    const entry = (kind === "success" ? this.success : this.denial).get(question);
    if (entry !== null && entry !== former) entry.hits = former.hits;
    return stored;
  }

  /** Counts a hit; whether the entry should be fetched again in the background. */
  shouldPrefetch(entry: CacheEntry, now: Micros): boolean {
    const { prefetch } = this.options;
    if (prefetch === null) return false;
    entry.hits = now - entry.lastHit > prefetch.gap ? 1 : entry.hits + 1;
    entry.lastHit = now;
    const threshold = Math.ceil((prefetch.percentage * entry.ttl) / 100);
    return !entry.refreshing && entry.hits >= prefetch.amount && remaining(entry, now) <= threshold;
  }
}

/** Addresses of an answer. */
function addressesOf({ answers }: Answer): readonly Address[] {
  return answers.flatMap(({ address }) => address ?? []);
}

/** How long an entry lives, in seconds: null stands for a reply without records. */
export function storedTtl(lowest: number | null, cap: number, least: number = MIN_TTL_SECONDS): number {
  return Math.min(Math.max(lowest ?? MIN_TTL_SECONDS, least), cap);
}

function live(entry: CacheEntry | null, now: Micros): CacheEntry | null {
  return entry !== null && remaining(entry, now) > 0 ? entry : null;
}

/** Which class keeps an answer; null for what is not cached: REFUSED, and NXDOMAIN without SOA. */
function classOf(answer: Answer): CacheClass | null {
  if (answer.rcode === "SERVFAIL") return "denial";
  if (answer.rcode === "NXDOMAIN") return answer.authority.length > 0 ? "denial" : null;
  if (answer.rcode !== "NOERROR") return null;
  return answer.answers.length > 0 ? "success" : "denial";
}

function lowestTtl(answer: Answer): number | null {
  let lowest: number | null = null;
  for (const records of [answer.answers, answer.authority, answer.additional ?? []]) {
    for (const { ttl } of records) lowest = lowest === null ? ttl : Math.min(lowest, ttl);
  }
  return lowest;
}
