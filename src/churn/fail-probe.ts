/** A failed health check: the readiness endpoint fails while the program still serves. */
import * as z from "zod";
import { Phase } from "../engine/event-queue.js";
import type { Cluster, Component } from "../model/cluster.js";
import { durationText } from "../model/duration-schema.js";
import { FactKind } from "../model/trace.js";
import { churnAction } from "./action.js";
import { checkContainer, containerOf } from "./container-of.js";
import { pods } from "./targets/pods.js";

export const failProbe = churnAction({
  name: "fail-probe",
  summary: "Makes the readiness endpoint of the selected pods fail; the program goes on serving.",
  target: pods,
  phase: Phase.write,
  parameters: z.strictObject({
    for: durationText.optional().describe("How long the endpoint fails; for ever by default."),
    container: z.string().min(1).optional().describe("Name of the container; the pod's first one by default."),
  }),
  check: (_target, { container }, entry) => checkContainer(container, entry),
  start(cluster, firing, parameters) {
    const until = parameters.for === undefined ? undefined : cluster.context.now + parameters.for;
    for (const pod of firing.keys) {
      const container = containerOf(cluster, pod, parameters.container);
      if (container === null) continue;
      const endpoint = cluster.components.find({ component: "readiness-endpoint", pod, container });
      if (endpoint?.stop("graceful", until) !== true || until === undefined) continue;
      cluster.context.at(until, Phase.write, recover, { cluster, pod, endpoint });
    }
  },
});

interface Failing {
  readonly cluster: Cluster;
  readonly pod: string;
  readonly endpoint: Component;
}

function recover({ cluster, pod, endpoint }: Failing): void {
  cluster.context.because(cluster.context.record(FactKind.churn, "fail-probe", `has ended for Pod/${pod}`));
  endpoint.start();
}
