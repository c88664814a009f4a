/** Which container of a pod an action is about when the scenario names none. */
import type { Cluster } from "../model/cluster.js";

/** The given name, or that of the pod's first container; null when the pod is gone. */
export function containerOf(cluster: Cluster, podKey: string, given: string | undefined): string | null {
  return given ?? cluster.api.get("Pod", podKey)?.spec.containers[0]?.name ?? null;
}
