/** `spec.traffic[]`: who calls what, how often, with which client. Names of executors are those of k6. */
import * as z from "zod";
import { durationText } from "../../../model/duration-schema.js";
import { namespaceName, podReference, workloadReference } from "../../../model/selector-schema.js";
import { strictObject } from "../../../model/strict-object.js";
import { notModelled, oneOf } from "../../not-modelled.js";
import { clientSchema } from "./client.js";

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
  client: clientSchema.prefault({}).describe("How a client behaves."),
  startRate: notModelled("a rate in stages"),
  stages: notModelled("a rate in stages"),
  vus: notModelled("a closed loop of virtual users"),
  duration: notModelled("a duration of one traffic entry"),
  startTime: notModelled("a start time of one traffic entry"),
});

export type TrafficSpec = z.output<typeof trafficSchema>;
