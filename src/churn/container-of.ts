/** Which container of a pod an action is about: the one that its scenario names, or the first one. */
import type { Cluster } from "../model/cluster.js";
import type { EntryCheck } from "./action.js";

/** The given name, or that of the pod's first container; null when the pod is gone. */
export function containerOf(cluster: Cluster, podKey: string, given: string | undefined): string | null {
  return given ?? cluster.api.get("Pod", podKey)?.spec.containers[0]?.name ?? null;
}

/** A given name is that of a container of the target's pods, as far as these are known beforehand. */
export function checkContainer(given: string | undefined, entry: EntryCheck): void {
  const { containers } = entry;
  if (given === undefined || containers.length === 0 || containers.includes(given)) return;
  const hint = entry.suggest(given, containers, "containers");
  entry.error("container", `the target has no container ${given}`, hint);
}
