/** `spec.traffic[]`: who calls what, how often, with which client. Names of executors are those of k6. */
import * as z from "zod";
import { RESOLVERS } from "../../../dns/client/resolver/resolvers.js";
import { durationText } from "../../../model/duration-schema.js";
import { namespaceName, podReference, workloadReference } from "../../../model/selector-schema.js";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import { clientCacheSchema } from "./client-cache.js";
import { connectionSchema } from "./connection.js";

const source = z.union([
  z.enum(["per-node", "outside"], {
    error: () => "the source is per-node, outside, {pods: …} or {perNode: {namespace}}",
  }),
  strictObject({ pods: podReference.describe("Each request is sent by one of these pods that runs.") }),
  strictObject({ perNode: strictObject({ namespace: namespaceName.describe("Namespace of the client pods.") }) }),
]);

const podTarget = strictObject({
  podOf: workloadReference.describe("The workload, one of whose pods is called by its address."),
  index: z.int().min(0).prefault(0).describe("Which pod, in the order of their names."),
  port: z.int().min(1).max(65_535).describe("The pod's port."),
  learnedAt: durationText.prefault("0s").describe("When the client learns the address, which it then keeps."),
});

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

const client = strictObject({
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

const PLANNED_EXECUTORS = [
  "ramping-arrival-rate",
  "constant-vus",
  "ramping-vus",
  "shared-iterations",
  "per-vu-iterations",
  "externally-controlled",
  "trace",
];

export const trafficSchema = strictObject({
  name: z.string().min(1).optional().describe("Name in the results; by default the target."),
  from: source.optional().describe("Who sends; by default one client pod on each node, in the target's namespace."),
  to: z
    .union([z.string().min(1), podTarget])
    .describe("web, web.namespace, http://web:80/, tcp://database:5432, 10.96.0.20:80, or {podOf: …}."),
  rps: z.number().min(0).optional().describe("Requests a second of the whole entry; short for rate with timeUnit 1s."),
  rate: z.number().min(0).optional().describe("Requests per timeUnit of the whole entry."),
  timeUnit: durationText.optional().meta({ whenLeftOut: "1s" }).describe("The unit of time of rate."),
  executor: oneOf("the executor", ["constant-arrival-rate"], PLANNED_EXECUTORS)
    .prefault("constant-arrival-rate")
    .describe("How arrivals are planned."),
  arrival: z
    .enum(["poisson", "uniform"], { error: () => "arrival is poisson or uniform" })
    .prefault("poisson")
    .describe("Whether arrivals are random or evenly spaced."),
  client: client.prefault({}).describe("How a client behaves."),
  startRate: notModelled("a rate in stages"),
  stages: notModelled("a rate in stages"),
  vus: notModelled("a closed loop of virtual users"),
  duration: notModelled("a duration of one traffic entry"),
  startTime: notModelled("a start time of one traffic entry"),
});

export type TrafficSpec = z.output<typeof trafficSchema>;
