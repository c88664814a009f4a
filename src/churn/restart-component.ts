/** A component of the cluster is restarted: a workload by a rollout, others as processes on their nodes. */
import * as z from "zod";
import { formatDuration, type Micros } from "../engine/duration.js";
import { Phase } from "../engine/event-queue.js";
import type { Cluster, Component } from "../model/cluster.js";
import { durationText } from "../model/duration-schema.js";
import type { WorkloadName } from "../model/workload.js";
import { churnAction } from "./action.js";
import { COMPONENT_KINDS, componentKind } from "./component-kinds.js";
import { patchWorkloads } from "./patch-workloads.js";
import { restartedTemplate } from "./restarted-template.js";
import { type ComponentTarget, component } from "./targets/component.js";

const DOWNTIMES = COMPONENT_KINDS.filter(({ workload }) => workload === null)
  .map(({ name, downtimeNote }) => `${name}: ${downtimeNote}`)
  .join("; ");

export const restartComponent = churnAction({
  name: "restart-component",
  summary: "Restarts CoreDNS (kubectl rollout restart), or kube-proxy or NodeLocal DNSCache on the selected nodes.",
  target: component,
  phase: Phase.crash,
  parameters: z.strictObject({
    downtime: durationText.optional().describe(`From the end of a process to the start of the next one. ${DOWNTIMES}.`),
  }),
  start(cluster, { target, keys }, { downtime }) {
    const kind = componentKind(target.component);
    if (kind.workload === null) restartProcesses(cluster, target, keys, downtime ?? kind.downtime);
    else rollOut(cluster, kind.workload.kind, keys);
  },
});

function rollOut(cluster: Cluster, kind: WorkloadName, keys: readonly string[]): void {
  const restartedAt = formatDuration(cluster.context.now);
  patchWorkloads(cluster, kind, keys, "restarted", (object, row) =>
    row.withTemplate(object, restartedTemplate(row.template(object), restartedAt)),
  );
}

function restartProcesses(cluster: Cluster, target: ComponentTarget, nodes: readonly string[], downtime: Micros): void {
  const { components, context } = cluster;
  const until = context.now + downtime;
  for (const node of nodes) {
    const found = components.find({ component: target.component, node });
    if (found?.stop(target.stop, until) === true) context.at(until, Phase.crash, startAgain, found);
  }
}

function startAgain(found: Component): void {
  found.start();
}
