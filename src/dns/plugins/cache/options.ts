/** Reads the directive `cache` (CoreDNS 1.14.7, plugin/cache/setup.go). */
import { HOUR, MINUTE, type Micros, SECOND } from "../../../engine/duration.js";
import type { DirectiveReader } from "../../corefile/directive-reader.js";

/** What `cache` without a number caps at, seconds. */
export const DEFAULT_CAP = { success: 3600, denial: 1800 } as const;
/** `minTTL` of both classes, and the life of a reply without records. */
export const MIN_TTL_SECONDS = 5;
/** 10,000 entries asked for, in 256 shards of equal size. */
const DEFAULT_CAPACITY = 9984;
const LEAST_CAPACITY = 1024;
const SHARDS = 256;

export type CacheClass = "success" | "denial";

export interface ClassOptions {
  /** Longest and shortest life of an entry in seconds; the cap wins. */
  readonly cap: number;
  readonly least: number;
  /** Entries of this class. */
  readonly capacity: number;
  /** Zones whose answers are not stored (`disable`). */
  readonly disabled: readonly string[];
}

export interface PrefetchOptions {
  readonly amount: number;
  /** A gap so long makes the count of hits begin anew. */
  readonly gap: Micros;
  readonly percentage: number;
}

export interface StaleOptions {
  readonly upTo: Micros;
  readonly mode: "immediate" | "verify";
  /** TTL of a stale reply, seconds. */
  readonly ttl: number;
}

export interface CacheOptions {
  /** Zones that are cached; "" is everything. */
  readonly zones: readonly string[];
  readonly success: ClassOptions;
  readonly denial: ClassOptions;
  /** Life of a SERVFAIL in seconds; 0: not stored. */
  readonly serverFailure: number;
  readonly prefetch: PrefetchOptions | null;
  readonly stale: StaleOptions | null;
  readonly keepTtl: boolean;
}

/** `blockZones` are those of the server block: cached, and disabled, where the directive names none. */
export function readCacheOptions(reader: DirectiveReader, blockZones: readonly string[]): CacheOptions {
  const hasTtl = /^[+-]?\d+$/.test(reader.text(0));
  const ttl = hasTtl ? reader.integer(0, 0, { least: 1 }) : 0;
  const zones = reader.zones(hasTtl ? 1 : 0, blockZones);
  const classes = {
    success: classOptions(ttl === 0 ? DEFAULT_CAP.success : ttl),
    denial: classOptions(ttl === 0 ? DEFAULT_CAP.denial : ttl),
  };
  let serverFailure = 5;
  let prefetch: PrefetchOptions | null = null;
  let stale: StaleOptions | null = null;
  let keepTtl = false;
  const readClass = (name: CacheClass) => (property: DirectiveReader) => {
    classes[name] = { ...readClassOptions(property, classes[name]), disabled: classes[name].disabled };
  };
  reader.properties({
    success: readClass("success"),
    denial: readClass("denial"),
    prefetch: (property) => {
      prefetch = readPrefetch(property);
    },
    serve_stale: (property) => {
      stale = readStale(property);
    },
    servfail: (property) => {
      if (property.count(1))
        serverFailure = Math.floor(property.duration(0, 5 * SECOND, { most: 5 * MINUTE }) / SECOND);
    },
    disable: (property) => {
      if (!property.count(1, Number.POSITIVE_INFINITY)) return;
      const name = property.oneOf(0, ["success", "denial"], "success");
      const disabled = property.zones(1, zones);
      classes[name] = { ...classes[name], disabled: [...classes[name].disabled, ...disabled] };
    },
    keepttl: (property) => {
      property.count(0);
      keepTtl = true;
    },
  });
  return { zones, ...classes, serverFailure, prefetch, stale, keepTtl };
}

function classOptions(cap: number): ClassOptions {
  return { cap, least: MIN_TTL_SECONDS, capacity: DEFAULT_CAPACITY, disabled: [] };
}

function readClassOptions(property: DirectiveReader, former: ClassOptions): ClassOptions {
  property.count(1, 3);
  const asked = Math.max(LEAST_CAPACITY, property.integer(0, DEFAULT_CAPACITY, { least: 1 }));
  const cap = property.integer(1, former.cap, { least: 1 });
  const least = property.integer(2, former.least);
  return { cap, least, capacity: Math.floor(asked / SHARDS) * SHARDS, disabled: former.disabled };
}

function readPrefetch(property: DirectiveReader): PrefetchOptions | null {
  property.count(1, 3);
  const amount = property.integer(0, 0);
  const gap = property.duration(1, MINUTE);
  const percent = property.text(2);
  let percentage = 10;
  if (percent !== "") {
    if (/^[1-9]\d%$/.test(percent) && percent <= "90%") percentage = Number(percent.slice(0, 2));
    else property.errorAt(2, "the percentage is from 10% to 90%, with its sign");
  }
  return amount === 0 ? null : { amount, gap, percentage };
}

function readStale(property: DirectiveReader): StaleOptions | null {
  property.count(0, 3);
  const upTo = property.duration(0, HOUR, { least: 0 });
  const mode = property.oneOf(1, ["immediate", "verify"], "immediate");
  const ttl = Math.floor(property.duration(2, 0, { most: HOUR }) / SECOND);
  return upTo === 0 ? null : { upTo, mode, ttl };
}
