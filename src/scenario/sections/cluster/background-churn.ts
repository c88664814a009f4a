/** `cluster.backgroundChurn`: what goes on in the rest of the cluster. */
import * as z from "zod";
import { strictObject } from "../../../model/strict-object.js";
import { assumed, describeAssumed } from "../../assumptions.js";

export const backgroundChurn = strictObject({
  endpointChangesPerSecond: z
    .number()
    .min(0)
    .max(100_000)
    .prefault(assumed("cluster.backgroundChurn.endpointChangesPerSecond"))
    .describe(describeAssumed("cluster.backgroundChurn.endpointChangesPerSecond")),
  services: z
    .int()
    .min(0)
    .prefault(assumed("cluster.backgroundChurn.services"))
    .describe(describeAssumed("cluster.backgroundChurn.services")),
  endpoints: z
    .int()
    .min(0)
    .prefault(assumed("cluster.backgroundChurn.endpoints"))
    .describe(describeAssumed("cluster.backgroundChurn.endpoints")),
});
