/** `traffic[].client`: how whoever sends requests behaves. Whatever else sends some has the same settings. */
import * as z from "zod";
import { RESOLVERS } from "../../../dns/client/resolver/resolvers.js";
import { durationText } from "../../../model/duration-schema.js";
import type { ClientSettings } from "../../../model/scenario.js";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import type { DocumentPath } from "../../documents/path.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import { omit } from "../../omit.js";
import type { Resolution } from "../resolution.js";
import type { ResolvedSection } from "../resolved-section.js";
import { clientCacheSchema, resolveClientCache } from "./client-cache.js";
import { checkConnection, connectionSchema, connectionSettings } from "./connection.js";

const RESOLVER_NAMES = RESOLVERS.map(({ name }) => name) as [string, ...string[]];

/** What users may call a resolver, and what it is called here. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ["node", "; of Node.js, dns.lookup is node-lookup and dns.resolve is node-resolve"],
  ["nodejs", "; of Node.js, dns.lookup is node-lookup and dns.resolve is node-resolve"],
]);

const RACE_LOSS = { typical: 0.0001, bad: 0.01 } as const;

const raceLoss = z.codec(
  z.union([z.number().min(0).max(1), z.enum(["typical", "bad"])], {
    error: () => "raceLoss is a probability from 0 to 1, typical (0.0001) or bad (0.01)",
  }),
  z.number(),
  { decode: (value) => (typeof value === "number" ? value : RACE_LOSS[value]), encode: (value) => value },
);

const dns = strictObject({
  resolver: z
    .enum(RESOLVER_NAMES, {
      error: ({ input }) => {
        const renamed = typeof input === "string" ? RENAMED.get(input) : undefined;
        return `the resolver is ${RESOLVER_NAMES.join(", ")}${renamed ?? ""}`;
      },
    })
    .prefault("glibc")
    .describe(
      `Whose resolver looks names up. ${RESOLVERS.map(({ name, summary }) => `${name}: ${summary}.`).join(" ")}`,
    ),
  raceLoss: raceLoss
    .prefault(assumed("traffic[].client.dns.raceLoss"))
    .describe(describeAssumed("traffic[].client.dns.raceLoss")),
  addressOrder: z
    .enum(["as-received", "rule9"], { error: () => "addressOrder is as-received or rule9" })
    .prefault("as-received")
    .describe("Order of the addresses of an answer; rule9: longest common prefix with the client's address first."),
  cache: clientCacheSchema.prefault({}).describe("What the client keeps of answers."),
});

export const clientSchema = strictObject({
  connectTimeout: durationText
    .prefault(assumed("traffic[].client.connectTimeout"))
    .describe(describeAssumed("traffic[].client.connectTimeout")),
  requestTimeout: durationText
    .prefault(assumed("traffic[].client.requestTimeout"))
    .describe(describeAssumed("traffic[].client.requestTimeout")),
  synLinearTimeouts: z
    .int()
    .min(0)
    .max(127)
    .prefault(assumed("traffic[].client.synLinearTimeouts"))
    .describe(describeAssumed("traffic[].client.synLinearTimeouts")),
  connection: connectionSchema.prefault({}).describe("Whether a request has a connection of its own."),
  dns: dns.prefault({}).describe("How names become addresses."),
  connect: oneOf("connect", ["non-blocking"], ["blocking"])
    .prefault("non-blocking")
    .describe("How the program waits for a connection."),
  retries: notModelled("a retry policy"),
});

export type ClientSpec = z.output<typeof clientSchema>;

export function resolveClient(
  resolution: Resolution,
  given: ClientSpec,
  path: DocumentPath,
): ResolvedSection<ClientSpec, ClientSettings> {
  const { connectTimeout, requestTimeout, connection } = given;
  if (connectTimeout === 0 || requestTimeout === 0) resolution.error(path, "a timeout must be above 0");
  checkConnection(resolution, connection, [...path, "connection"]);
  const cache = resolveClientCache(resolution, given.dns.cache, [...path, "dns", "cache"]);
  return {
    spec: { ...given, dns: { ...given.dns, cache: cache.spec } },
    settings: {
      ...omit(given, "dns", "connect", "retries"),
      ...given.dns,
      cache: cache.settings,
      connection: connectionSettings(connection),
    },
  };
}
