import { describe, expect, it } from "vitest";
import { load } from "./resolve-fixtures.js";

const NOT_MODELLED: readonly (readonly [string, unknown, string])[] = [
  ["cold start", { start: "empty" }, "spec.start: the start empty is not modelled yet"],
  [
    "address reuse delay",
    { cluster: { cni: { ipReuseDelay: "30s" } } },
    "spec.cluster.cni.ipReuseDelay: a delay before addresses are used again is not modelled yet",
  ],
  ["other CNIs", { cluster: { cni: { type: "calico" } } }, "spec.cluster.cni.type: the CNI calico is not modelled yet"],
  [
    "kube-proxy on Windows",
    { cluster: { components: { kubeProxy: { mode: "kernelspace" } } } },
    "spec.cluster.components.kubeProxy.mode: the mode of kube-proxy kernelspace is not modelled yet",
  ],
  [
    "other flags",
    { cluster: { components: { controllerManager: { args: ["--node-eviction-rate=0.5"] } } } },
    "spec.cluster.components.controllerManager.args[0]: the flag --node-eviction-rate is not modelled yet (modelled: --node-monitor-grace-period, --node-monitor-period)",
  ],
  [
    "network distributions",
    { cluster: { latency: { crossZone: { uniform: { min: "0s", max: "1s" } } } } },
    "spec.cluster.latency.crossZone: a distribution of network delays is not modelled yet: give one duration",
  ],
  [
    "concurrency",
    { workloads: [{ concurrency: 5 }] },
    "spec.workloads[0].concurrency: a limit on concurrent requests is not modelled yet",
  ],
  [
    "executors",
    { traffic: [{ to: "web", rps: 1, executor: "constant-vus" }] },
    "spec.traffic[0].executor: the executor constant-vus is not modelled yet",
  ],
  [
    "stages",
    { traffic: [{ to: "web", rps: 1, stages: [] }] },
    "spec.traffic[0].stages: a rate in stages is not modelled yet",
  ],
  [
    "keep-alive",
    { traffic: [{ to: "web", rps: 1, client: { connection: { reuse: "keep-alive" } } }] },
    "spec.traffic[0].client.connection.reuse: connection reuse keep-alive is not modelled yet",
  ],
  [
    "retries",
    { traffic: [{ to: "web", rps: 1, client: { retries: { max: 1 } } }] },
    "spec.traffic[0].client.retries: a retry policy is not modelled yet",
  ],
  [
    "named events",
    { churn: [{ rollout: "web", after: "x.complete" }] },
    "spec.churn[0].after: churn after a named event is not modelled yet",
  ],
  [
    "recovery",
    { churn: [{ "crash-node": "node-1", recoverAfter: "9s" }] },
    "spec.churn[0].recoverAfter: recovery of a node is not modelled yet",
  ],
  [
    "other actions",
    { churn: [{ action: "drain-node", target: "node-1" }] },
    "spec.churn[0]: the churn action drain-node is not modelled yet; an eviction is a deletion: delete-pod takes the pods of a workload in the same way, without moving others",
  ],
  [
    "other actions in short",
    { churn: [{ "reboot-node": "node-1" }] },
    "spec.churn[0]: the churn action reboot-node is not modelled yet; crash-node shows the loss of a node that does not come back",
  ],
  [
    "other actions that nothing comes near",
    { churn: [{ overload: "web" }] },
    "spec.churn[0]: the churn action overload is not modelled yet",
  ],
  ["thresholds", { thresholds: [] }, "spec.thresholds: a threshold is not modelled yet"],
];

describe("what is not modelled yet is refused by name", () => {
  it.each(NOT_MODELLED)("%s", (_, spec, expected) => {
    expect(load(spec).texts).toEqual([`error: ${expected}`]);
  });
});
