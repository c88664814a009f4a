/** `traffic[].client.dns.cache` and `traffic[].client.connection`: what a client keeps of answers and connections. */
import * as z from "zod";
import { CLIENT_CACHES } from "../../../dns/client/cache/client-caches.js";
import { durationText } from "../../../model/duration-schema.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import { strictObject } from "../../strict-object.js";

export const FOREVER = "forever";

const [FIRST, ...OTHERS] = CLIENT_CACHES.map(({ name }) => name) as [string, ...string[]];
const SUMMARIES = CLIENT_CACHES.map(({ name, summary }) => `${name}: ${summary}`).join(" ");

const durationOrForever = z.union([z.literal(FOREVER), durationText], {
  error: () => 'expected a duration such as "30s", or forever',
});

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

export const connectionSchema = strictObject({
  reuse: oneOf("connection reuse", ["none", "hold"], ["keep-alive", "http2"])
    .prefault("none")
    .describe("none: a connection for each request. hold: one that stays open and carries any number of requests."),
  balance: z
    .enum(["pick-first", "round-robin"], { error: () => "balance is pick-first or round-robin" })
    .prefault("pick-first")
    .describe("With hold: a connection to the first address that accepts, or one to each address in turn."),
  maxAge: durationText
    .optional()
    .describe("With hold: the server closes a connection at this age, give or take 10 % (max-connection-age)."),
  perClient: z
    .literal(1, { error: () => "a client holds 1 connection to an address" })
    .prefault(1)
    .describe("Connections that a client pod holds to an address."),
  maxPerHost: notModelled("a connection pool"),
  idleTimeout: notModelled("a connection pool"),
});

export type ConnectionSpec = z.output<typeof connectionSchema>;
