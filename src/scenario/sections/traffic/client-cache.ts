/** `traffic[].client.dns.cache`: what a client keeps of answers. */
import * as z from "zod";
import { CLIENT_CACHES } from "../../../dns/client/cache/client-caches.js";
import type { Micros } from "../../../engine/duration.js";
import { durationText } from "../../../model/duration-schema.js";
import { type ClientCacheSettings, NO_CLIENT_CACHE } from "../../../model/scenario.js";
import { strictObject } from "../../../model/strict-object.js";
import type { DocumentPath } from "../../documents/path.js";
import type { Resolution } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";

const FOREVER = "forever";

const [FIRST, ...OTHERS] = CLIENT_CACHES.map(({ name }) => name) as [string, ...string[]];
const SUMMARIES = CLIENT_CACHES.map(({ name, summary }) => `${name}: ${summary}`).join(" ");

/** Infinity is written as `forever`. */
const durationOrForever = z.codec(
  z.union([z.literal(FOREVER), durationText], { error: () => 'expected a duration such as "30s", or forever' }),
  z.custom<Micros>(),
  {
    decode: (value): Micros => (value === FOREVER ? Number.POSITIVE_INFINITY : value),
    encode: (value) => (value === Number.POSITIVE_INFINITY ? FOREVER : value),
  },
);

export const clientCacheSchema = strictObject({
  type: z
    .enum([FIRST, ...OTHERS], { error: () => `the cache is ${[FIRST, ...OTHERS].join(" or ")}` })
    .prefault("none")
    .describe(SUMMARIES),
  ttl: durationOrForever.optional().describe("jvm, nscd: how long addresses are kept."),
  negativeTtl: durationOrForever.optional().describe("jvm, nscd: how long failures are kept."),
  staleTtl: durationText
    .optional()
    .describe("jvm: for how much longer addresses serve while lookups fail (networkaddress.cache.stale.ttl)."),
  valid: durationOrForever
    .optional()
    .describe("nginx: valid of its resolver; haproxy: hold valid. forever: one lookup when it starts."),
  refresh: durationText.optional().describe("envoy: dns_refresh_rate; grpc: least time between two lookups of a name."),
  respectTtl: z.boolean().optional().describe("envoy, nginx: the TTL of the answer decides."),
});

export type ClientCacheSpec = z.output<typeof clientCacheSchema>;

/** With the defaults of the cache's type. */
export function resolveClientCache(
  resolution: Resolution,
  given: ClientCacheSpec,
  path: DocumentPath,
): ResolvedSection<ClientCacheSpec, ClientCacheSettings> {
  const { type, ...options } = given;
  const cache = CLIENT_CACHES.find(({ name }) => name === type);
  if (cache === undefined) throw new Error(`there is no client cache ${type}`);
  const known = Object.keys(cache.defaults);
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    const hint = known.length === 0 ? "it has no options" : `its options: ${known.join(", ")}`;
    resolution.error([...path, option], `the cache ${type} has no option ${option}`, hint);
  }
  const settings: ClientCacheSettings = { ...NO_CLIENT_CACHE, ...cache.defaults, ...(options as object), type };
  if (settings.refresh === 0 || (type === "haproxy" && settings.valid === 0)) {
    const option = settings.refresh === 0 ? "refresh" : "valid";
    resolution.error([...path, option], `${option} must be above 0`, "0s would ask without end");
  }
  const said = Object.entries(settings).filter(([, value]) => value !== null);
  return { spec: Object.fromEntries(said) as ClientCacheSpec, settings };
}
