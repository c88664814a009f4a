/** The parts of `spec` that are about the run itself: version, seed, times, what is kept, limits. */
import * as z from "zod";
import { durationTextOr } from "../../../model/duration-schema.js";
import { DEFAULT_MINOR, NEWEST_MINOR, OLDEST_MINOR, parseVersion } from "../../../model/kubernetes-version.js";
import { strictObject } from "../../../model/strict-object.js";
import { oneOf } from "../../not-modelled.js";

/** What `duration` is when the run ends by itself. */
export const SETTLED = "settled";

const duration = durationTextOr("expected a duration or settled, not a map");

const requests = z.union([
  z.enum(["none", "failures", "all"], { error: () => "requests is none, failures, all or {ratio: 0.01}" }),
  strictObject({ ratio: z.number().min(0).max(1).describe("Share of the requests that is kept, 0 to 1.") }),
]);

const sampling = strictObject({
  timelineInterval: durationTextOr("expected a duration").prefault("1s").describe("Length of a row of the timeline."),
  requests: requests.prefault("failures").describe("Which requests are kept one by one."),
});

/** What is said before the cluster. */
export const runFields = {
  kubernetesVersion: z
    .string({
      error: ({ input }) =>
        typeof input === "number" ? `put the version in quotes, such as "1.${DEFAULT_MINOR}"` : undefined,
    })
    .refine((text) => parseVersion(text) !== null, {
      error: () => `the version is one of "1.${OLDEST_MINOR}" to "1.${NEWEST_MINOR}"`,
    })
    .prefault(`1.${DEFAULT_MINOR}`)
    .describe("Version of Kubernetes, which decides between behaviours that changed."),
  seed: z
    .union([z.int(), z.string().min(1)])
    .prefault(1)
    .describe("Seed of all randomness; 42 and the text 42 are the same seed."),
  duration: z
    .union([duration, z.literal(SETTLED)])
    .prefault(SETTLED)
    .describe(
      "When requests stop, after time zero, warm-up included; settled: 30 s after the cluster has come to rest.",
    ),
  warmup: duration.prefault("0s").describe("First part of the duration, which counts in no summary."),
  start: oneOf("the start", ["converged"], ["empty"])
    .prefault("converged")
    .describe("The state at time zero: everything is applied and ready."),
};

/** What is said behind everything else. */
export const recordingFields = {
  sampling: sampling.prefault({}).describe("What is kept of a run."),
  observe: z
    .enum(["clients", "all"], { error: () => "observe is clients or all" })
    .prefault("clients")
    .describe("Whether only nodes with clients, or all nodes, tell of their syncs."),
  limits: strictObject({
    events: z.int().min(1).max(1e15).prefault(2_000_000_000).describe("Most events of a run."),
  })
    .prefault({})
    .describe("Limits that end a run."),
};

export type RunSpec = z.output<z.ZodObject<typeof runFields & typeof recordingFields>>;
