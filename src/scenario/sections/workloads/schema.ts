/** `spec.workloads[]`: how the programs in the containers behave, which Kubernetes does not say. */
import * as z from "zod";
import { durationText } from "../../../model/duration-schema.js";
import { podReference } from "../../../model/selector-schema.js";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";
import { distributionText } from "../../distribution-schema.js";
import { notModelled } from "../../not-modelled.js";

/** The settings are optional: what is left out comes from the entry without a selector, then from the assumptions. */
const settings = {
  listenAfter: distributionText
    .optional()
    .meta({ whenLeftOut: assumed("workloads[].listenAfter") })
    .describe(describeAssumed("workloads[].listenAfter")),
  readyAfter: distributionText
    .optional()
    .meta({ whenLeftOut: assumed("workloads[].readyAfter") })
    .describe(describeAssumed("workloads[].readyAfter")),
  serviceTime: distributionText
    .optional()
    .meta({ whenLeftOut: assumed("workloads[].serviceTime") })
    .describe(describeAssumed("workloads[].serviceTime")),
  onSigterm: z
    .enum(["finish", "exit", "ignore"], { error: () => "onSigterm is one of finish, exit, ignore" })
    .optional()
    .meta({ whenLeftOut: assumed("workloads[].onSigterm") })
    .describe(describeAssumed("workloads[].onSigterm")),
  concurrency: notModelled("a limit on concurrent requests"),
};

export const behaviourSchema = strictObject(settings);

export const workloadSchema = strictObject({
  selector: podReference
    .optional()
    .describe("Whose settings these are; without it, of all pods that no other entry is about."),
  ...settings,
  preStop: durationText
    .optional()
    .describe(
      "How long the preStop hook of every container takes, whatever the manifest says: for hooks that run a program or call a URL. Default: as the manifest says.",
    ),
  images: z
    .record(z.string(), behaviourSchema)
    .prefault({})
    .describe("Other settings for particular images, by the image's name; what is left out is as above."),
});

export type WorkloadSpec = z.output<typeof workloadSchema>;
