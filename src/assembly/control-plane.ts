/** kube-controller-manager and kube-scheduler, each a process with a reader of its own. */
import { ApiClient } from "../apiserver/client.js";
import { BUDGETS } from "../apiserver/client-budget.js";
import { WatchReader } from "../apiserver/reader.js";
import { startControllerManager } from "../control-plane/controller-manager.js";
import { NodeLifecycleController } from "../control-plane/node-lifecycle.js";
import { Scheduler } from "../control-plane/scheduler.js";
import { TaintEvictionController } from "../control-plane/taint-eviction.js";
import { KINDS } from "../model/objects.js";
import type { Scenario } from "../model/scenario.js";
import type { SimulatedCluster } from "./cluster.js";

export function startControlPlane(cluster: SimulatedCluster, scenario: Scenario): void {
  const { log, root, server, topology, watchDelivery } = cluster;
  const manager = root.child("kube-controller-manager");
  const reader = new WatchReader(manager, log, { kinds: KINDS, delay: watchDelivery });
  // each controller has its own client, and so its own budget
  const clientFor = (controller: string): ApiClient =>
    new ApiClient(manager.child(controller), log, cluster.clientOptions(BUDGETS.controllerManager), server);
  startControllerManager({ context: manager, reader, clientFor });
  new NodeLifecycleController(manager.child("node-lifecycle"), reader, clientFor("node-lifecycle-client"), {
    heartbeats: cluster,
    zoneOf: (node) => topology.nodes[topology.indexOf(node)]?.zone ?? "",
    grace: scenario.cluster.nodeMonitorGrace,
    period: scenario.cluster.nodeMonitorPeriod,
  });
  new TaintEvictionController(manager.child("taint-eviction"), reader, clientFor("taint-eviction-client"));
  reader.start();

  const context = root.child("kube-scheduler");
  const watch = new WatchReader(context, log, {
    kinds: ["Pod", "Node", "ReplicaSet", "Service"],
    delay: watchDelivery,
  });
  new Scheduler(context, watch, new ApiClient(context, log, cluster.clientOptions(BUDGETS.scheduler), server));
  watch.start();
}
