/**
 * Whom a churn entry could be about, by the API's objects at this instant: keys in the order of their names.
 * Pods are candidates while they run and are not being deleted; nodes while they are reported Ready.
 */
import type { ClusterApi } from "../model/cluster.js";
import { matchesLabels } from "../model/labels.js";
import { isTerminal, keyOf, objectKey, type Pod } from "../model/objects.js";
import type { ChurnTarget, PodSelector } from "../model/scenario.js";

const ZONE = "topology.kubernetes.io/zone";

export function candidatesOf(api: ClusterApi, target: ChurnTarget): readonly string[] {
  switch (target.kind) {
    case "workload": {
      const { kind, namespace, name } = target.workload;
      const key = objectKey(namespace, name);
      return api.get(kind, key) === null ? [] : [key];
    }
    case "pods":
      return sorted(
        api
          .list("Pod")
          .filter((pod) => isSelected(pod, target.selector) && isRunning(pod))
          .map(keyOf),
      );
    case "nodes":
      return sorted(nodes(api, target));
    case "upstream":
      return ["upstream"];
    default:
      return target satisfies never;
  }
}

function nodes(api: ClusterApi, target: Extract<ChurnTarget, { kind: "nodes" }>): string[] {
  const { hosting } = target;
  const hosts = new Set(
    hosting === null
      ? []
      : api
          .list("Pod")
          .filter((pod) => isSelected(pod, hosting) && !isTerminal(pod))
          .map((pod) => pod.spec.nodeName),
  );
  return api
    .list("Node")
    .filter((node) => node.status.ready === "True")
    .filter((node) => target.name === "" || node.metadata.name === target.name)
    .filter((node) => target.zone === "" || node.metadata.labels[ZONE] === target.zone)
    .filter((node) => hosting === null || hosts.has(node.metadata.name))
    .map(keyOf);
}

function isSelected(pod: Pod, selector: PodSelector): boolean {
  return pod.metadata.namespace === selector.namespace && matchesLabels(selector.matchLabels, pod.metadata.labels);
}

function isRunning(pod: Pod): boolean {
  return pod.status.phase === "Running" && pod.metadata.deletionTimestamp === null;
}

function sorted(keys: string[]): string[] {
  return keys.sort((a, b) => (a === b ? 0 : a < b ? -1 : 1));
}
