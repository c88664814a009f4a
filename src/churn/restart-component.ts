/** A component of the cluster is restarted: CoreDNS by a rollout, kube-proxy as a process on its node. */
import * as z from "zod";
import { SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import { durationText } from "../model/duration-schema.js";
import { churnAction } from "./action.js";
import { restartDeployment } from "./restart-deployment.js";

const DEFAULT_DOWNTIME = SECOND;

export const restartComponent = churnAction({
  name: "restart-component",
  summary: "Restarts CoreDNS (kubectl rollout restart), or the process of kube-proxy on the selected nodes.",
  target: "component",
  phase: Phase.crash,
  parameters: z.strictObject({
    downtime: durationText
      .optional()
      .meta({ whenLeftOut: "1s" })
      .describe("From the end of a kube-proxy to the start of the next one. Default 1s; assumed."),
  }),
  start(cluster, { kind, keys }, { downtime = DEFAULT_DOWNTIME }) {
    for (const key of keys) {
      if (kind === "workload") restartDeployment(cluster, key);
      else cluster.components.restartKubeProxy(key, downtime);
    }
  },
});
