/** kube-controller-manager and kube-scheduler, each a process with a reader of its own. */
import { ApiClient, type ClientOptions } from "../apiserver/client.js";
import { BUDGETS, type Budget } from "../apiserver/client-budget.js";
import type { ApiLog } from "../apiserver/log.js";
import { WatchReader } from "../apiserver/reader.js";
import { CONTROLLER_KINDS, startControllerManager } from "../control-plane/controller-manager.js";
import { DnsAutoscaler } from "../control-plane/dns-autoscaler.js";
import { SCHEDULER_KINDS, Scheduler } from "../control-plane/scheduler.js";
import { DNS_DEPLOYMENT, DNS_NAMESPACE } from "../dns/addon/kube-dns.js";
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import type { Heartbeats } from "../model/heartbeat.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import { objectKey } from "../model/objects.js";
import type { DnsAutoscalerSettings } from "../model/settings.js";
import type { Topology } from "../model/topology.js";

/** What the processes of the control plane are given. */
export interface ControlPlaneParts {
  readonly log: ApiLog;
  /** Parent of the processes' contexts. */
  readonly root: Context;
  readonly server: Context;
  readonly topology: Topology;
  readonly watchDelivery: Variate;
  readonly heartbeats: Heartbeats;
  /** Null: the add-on is not installed. */
  readonly dnsAutoscaler: DnsAutoscalerSettings | null;
  readonly behaviour: VersionedBehaviour;
  /** --node-monitor-grace-period and --node-monitor-period. */
  readonly nodeMonitor: { readonly grace: Micros; readonly period: Micros };
  clientOptions(budget: Budget): ClientOptions;
}

export function startControlPlane(parts: ControlPlaneParts): void {
  const { log, root, server, topology, watchDelivery, behaviour } = parts;
  const manager = root.child("kube-controller-manager");
  const reader = new WatchReader(manager, log, { kinds: CONTROLLER_KINDS, delay: watchDelivery });
  const clientFor = (controller: string): ApiClient =>
    new ApiClient(manager.child(controller), log, parts.clientOptions(BUDGETS.controllerManager), server);
  const zoneOf = (node: string): string => topology.nodes[topology.indexOf(node)]?.zone ?? "";
  const nodeLifecycle = {
    heartbeats: parts.heartbeats,
    zoneOf,
    ...parts.nodeMonitor,
    taintsInSamePass: behaviour.taintsInSamePass,
  };
  startControllerManager({ context: manager, reader, nodeLifecycle, behaviour, clientFor });
  reader.start();

  const context = root.child("kube-scheduler");
  const watch = new WatchReader(context, log, {
    kinds: SCHEDULER_KINDS,
    delay: watchDelivery,
  });
  const client = new ApiClient(context, log, parts.clientOptions(BUDGETS.scheduler), server);
  new Scheduler(context, watch, client, behaviour);
  watch.start();
  if (parts.dnsAutoscaler !== null) startDnsAutoscaler(parts, parts.dnsAutoscaler);
}

function startDnsAutoscaler(parts: ControlPlaneParts, settings: DnsAutoscalerSettings): void {
  const { log, root, server, watchDelivery } = parts;
  const context = root.child("dns-autoscaler");
  const reader = new WatchReader(context, log, { kinds: ["Node", "Deployment"], delay: watchDelivery });
  const client = new ApiClient(context, log, parts.clientOptions(BUDGETS.clientGo), server);
  const deployment = objectKey(DNS_NAMESPACE, DNS_DEPLOYMENT);
  new DnsAutoscaler(context, reader, client, { settings, deployment });
  reader.start();
}
