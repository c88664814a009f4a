/** A component of the cluster is restarted: CoreDNS by a rollout, others as processes on their nodes. */
import * as z from "zod";
import { formatDuration, type Micros, SECOND } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { Cluster, Component, ProcessStop } from "../model/cluster.js";
import { durationText } from "../model/duration-schema.js";
import { churnAction } from "./action.js";
import { patchWorkloads } from "./patch-workloads.js";
import { restartedTemplate } from "./restarted-template.js";

const KUBE_PROXY_DOWNTIME = SECOND;
/** Measured by the maintainer of NodeLocal DNSCache (kubernetes/dns issue 310, 2019). */
const NODE_LOCAL_DNS_DOWNTIME = 20 * SECOND;

export const restartComponent = churnAction({
  name: "restart-component",
  summary: "Restarts CoreDNS (kubectl rollout restart), or kube-proxy or NodeLocal DNSCache on the selected nodes.",
  target: "component",
  phase: Phase.crash,
  parameters: z.strictObject({
    downtime: durationText
      .optional()
      .describe(
        "From the end of a process to the start of the next one. kube-proxy: 1s, assumed; node-local-dns: 20s.",
      ),
  }),
  start(cluster, firing, { downtime }) {
    const { workload, keys, nodeLocalDns } = firing;
    if (workload !== null) {
      const restartedAt = formatDuration(cluster.context.now);
      patchWorkloads(cluster, firing, "restarted", (object, row) =>
        row.withTemplate(object, restartedTemplate(row.template(object), restartedAt)),
      );
      return;
    }
    for (const key of keys) {
      if (nodeLocalDns === undefined) restart(cluster, "kube-proxy", key, "kill", downtime ?? KUBE_PROXY_DOWNTIME);
      else restart(cluster, "node-local-dns", key, nodeLocalDns, downtime ?? NODE_LOCAL_DNS_DOWNTIME);
    }
  },
});

function restart(cluster: Cluster, component: string, node: string, stop: ProcessStop, downtime: Micros): void {
  const found = cluster.components.find({ component, node });
  if (found?.stop(stop) === true) cluster.context.after(downtime, Phase.crash, startAgain, found);
}

function startAgain(component: Component): void {
  component.start();
}
