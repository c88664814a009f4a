/** `client.dns.cache` and `client.connection` with their defaults, and back to what a user could have written. */
import { CLIENT_CACHES } from "../../../dns/client/cache/client-caches.js";
import { formatDuration, type Micros } from "../../../engine/duration.js";
import {
  type ClientCacheOptions,
  type ClientCacheSettings,
  type ConnectionSettings,
  NO_CLIENT_CACHE,
} from "../../../model/scenario.js";
import type { DocumentPath } from "../../documents/path.js";
import type { Resolution } from "../resolution.js";
import { type ClientCacheSpec, type ConnectionSpec, FOREVER } from "./client-cache-schema.js";

export function resolveClientCache(
  resolution: Resolution,
  { type, ...given }: ClientCacheSpec,
  path: DocumentPath,
): ClientCacheSettings {
  const cache = CLIENT_CACHES.find(({ name }) => name === type);
  if (cache === undefined) throw new Error(`there is no client cache ${type}`);
  const known = Object.keys(cache.defaults);
  for (const option of Object.keys(given)) {
    if (known.includes(option)) continue;
    const hint = known.length === 0 ? "it has no options" : `its options: ${known.join(", ")}`;
    resolution.error([...path, option], `the cache ${type} has no option ${option}`, hint);
  }
  const options: Partial<ClientCacheOptions> = {
    ...(given.ttl === undefined ? {} : { ttl: spanOf(given.ttl) }),
    ...(given.negativeTtl === undefined ? {} : { negativeTtl: spanOf(given.negativeTtl) }),
    ...(given.staleTtl === undefined ? {} : { staleTtl: given.staleTtl }),
    ...(given.valid === undefined ? {} : { valid: spanOf(given.valid) }),
    ...(given.refresh === undefined ? {} : { refresh: given.refresh }),
    ...(given.respectTtl === undefined ? {} : { respectTtl: given.respectTtl }),
  };
  const settings = { ...NO_CLIENT_CACHE, ...cache.defaults, ...options, type };
  if (settings.refresh === 0 || (type === "haproxy" && settings.valid === 0)) {
    const option = settings.refresh === 0 ? "refresh" : "valid";
    resolution.error([...path, option], `${option} must be above 0`, "0s would ask without end");
  }
  return settings;
}

export function resolveConnection(
  resolution: Resolution,
  { reuse, balance, maxAge }: ConnectionSpec,
  path: DocumentPath,
): ConnectionSettings {
  if (reuse === "none" && maxAge !== undefined) {
    resolution.error([...path, "maxAge"], "maxAge is about connections that are held", "add reuse: hold");
  }
  if (maxAge === 0) resolution.error([...path, "maxAge"], "maxAge must be above 0", "leave it out for no limit");
  return { reuse, balance, maxAge: maxAge ?? null };
}

export function writeClientCache(cache: ClientCacheSettings): Readonly<Record<string, unknown>> {
  const { type, ttl, negativeTtl, staleTtl, valid, refresh, respectTtl } = cache;
  return {
    type,
    ...writeSpan("ttl", ttl),
    ...writeSpan("negativeTtl", negativeTtl),
    ...writeSpan("staleTtl", staleTtl),
    ...writeSpan("valid", valid),
    ...writeSpan("refresh", refresh),
    ...(respectTtl === null ? {} : { respectTtl }),
  };
}

export function writeConnection({ reuse, balance, maxAge }: ConnectionSettings): Readonly<Record<string, unknown>> {
  return { reuse, balance, ...writeSpan("maxAge", maxAge), perClient: 1 };
}

function spanOf(value: Micros | typeof FOREVER): Micros {
  return value === FOREVER ? Number.POSITIVE_INFINITY : value;
}

function writeSpan(name: string, value: Micros | null): Readonly<Record<string, string>> {
  if (value === null) return {};
  return { [name]: value === Number.POSITIVE_INFINITY ? FOREVER : formatDuration(value) };
}
