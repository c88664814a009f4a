/**
 * The Scenario document: the one definition of its keys, types, units and defaults. Parsing, the JSON Schema and the
 * documentation follow from it. Parsed durations are microseconds; names are not looked up here (`resolve.ts`).
 */
import * as z from "zod";
import { strictObject } from "../model/strict-object.js";
import { SCENARIO_API_VERSION } from "./api-version.js";
import { notModelled } from "./not-modelled.js";
import { churnSchema } from "./sections/churn/schema.js";
import { clusterSchema } from "./sections/cluster/schema.js";
import { recordingFields, runFields } from "./sections/run/schema.js";
import { trafficSchema } from "./sections/traffic/schema.js";
import { workloadSchema } from "./sections/workloads/schema.js";

export const specSchema = strictObject({
  ...runFields,
  cluster: clusterSchema.prefault({}).describe("The cluster."),
  manifests: z.array(z.string().min(1)).prefault([]).describe('Files of Kubernetes manifests: paths, globs, or "-".'),
  workloads: z.array(workloadSchema).prefault([]).describe("How the programs in the containers behave."),
  traffic: z.array(trafficSchema).prefault([]).describe("Who calls what."),
  churn: z.array(churnSchema).prefault([]).describe("What happens when."),
  ...recordingFields,
  thresholds: notModelled("a threshold"),
  concurrency: notModelled("a limit on concurrent requests"),
});

export const documentSchema = strictObject({
  apiVersion: z.literal(SCENARIO_API_VERSION, { error: () => `expected ${SCENARIO_API_VERSION}` }),
  kind: z.literal("Scenario", { error: () => "expected Scenario" }),
  metadata: strictObject({
    name: z.string().min(1).max(253).optional().describe("Name of the scenario; by default that of its file."),
    description: z.string().prefault("").describe("What it is about."),
    labels: z.record(z.string(), z.string()).optional().describe("Not used."),
    annotations: z.record(z.string(), z.string()).optional().describe("Not used."),
  })
    .prefault({})
    .describe("Name and description."),
  spec: specSchema.prefault({}).describe("The scenario."),
});

/** A parsed `spec`: every default but those that depend on other settings is filled in. */
export type ScenarioSpec = z.output<typeof specSchema>;
export type ScenarioDocument = z.output<typeof documentSchema>;
