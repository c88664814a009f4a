/** Deletes pods, as `kubectl delete pod` does. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";
import { pods } from "./targets/pods.js";

export const deletePod = churnAction({
  name: "delete-pod",
  summary: "Deletes the selected pods gracefully.",
  target: pods,
  phase: Phase.write,
  parameters: z.strictObject({
    gracePeriodSeconds: z
      .int()
      .min(0)
      .optional()
      .describe("Grace period in seconds; the pod's own terminationGracePeriodSeconds by default."),
  }),
  start(cluster, firing, { gracePeriodSeconds }) {
    for (const key of firing.keys) {
      if (gracePeriodSeconds === undefined) cluster.api.delete("Pod", key);
      else cluster.api.delete("Pod", key, gracePeriodSeconds);
    }
  },
});
