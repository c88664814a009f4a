/** Ends a container's process at once; the kubelet starts it again. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import { churnAction } from "./action.js";
import { checkContainer, containerOf } from "./container-of.js";
import { pods } from "./targets/pods.js";

export const crashContainer = churnAction({
  name: "crash-container",
  summary: "Kills a container of the selected pods at once, as running out of memory would.",
  target: pods,
  phase: Phase.crash,
  parameters: z.strictObject({
    container: z.string().min(1).optional().describe("Name of the container; the pod's first one by default."),
  }),
  check: (_target, { container }, entry) => checkContainer(container, entry),
  start(cluster, firing, parameters) {
    for (const pod of firing.keys) {
      const container = containerOf(cluster, pod, parameters.container);
      if (container !== null) cluster.components.find({ component: "container", pod, container })?.stop("kill");
    }
  },
});
