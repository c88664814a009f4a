/** Scaling: a Deployment gets another number of replicas. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";

export const scale = churnAction({
  name: "scale",
  summary: "Sets the number of replicas of a Deployment.",
  target: "workload",
  phase: Phase.write,
  parameters: z.strictObject({
    replicas: z.int().min(0).describe("Wanted number of pods."),
  }),
  start(cluster, firing, { replicas }) {
    for (const key of firing.keys) {
      cluster.api.patch("Deployment", key, `replicas ${replicas}`, (deployment) =>
        deployment.spec.replicas === replicas ? null : { ...deployment, spec: { ...deployment.spec, replicas } },
      );
    }
  },
});
