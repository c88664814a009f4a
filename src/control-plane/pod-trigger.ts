/**
 * Which changes of pods concern endpoints (endpointslice `util/controller_utils.go`, `podEndpointsChanged` and
 * `GetServicesToUpdateOnPodChange`, 1.36).
 */
import type { Pod } from "../model/objects.js";

/** `endpoint`: the endpoint itself may differ. `selection`: only labels or host names do. */
export type EndpointChange = "endpoint" | "selection" | "none";

/** Upstream compares deletion timestamps by pointer: every update of a terminating pod counts. */
export function endpointChange(former: Pod, pod: Pod): EndpointChange {
  if (pod.metadata.deletionTimestamp !== null || former.metadata.deletionTimestamp !== null) return "endpoint";
  if (former.status.ready.status !== pod.status.ready.status) return "endpoint";
  if (former.status.podIP !== pod.status.podIP) return "endpoint";
  const sameName = former.spec.hostname === pod.spec.hostname && former.spec.subdomain === pod.spec.subdomain;
  return sameName && equalLabels(former, pod) ? "none" : "selection";
}

/** `before` and `now` are the Services that select the pod's former and present state. */
export function servicesToSync(before: readonly string[], now: readonly string[], change: EndpointChange): string[] {
  if (change === "none") return [];
  const left = before.filter((key) => !now.includes(key));
  const joined = now.filter((key) => !before.includes(key));
  return change === "selection" ? [...left, ...joined] : [...left, ...now];
}

function equalLabels(former: Pod, pod: Pod): boolean {
  const [x, y] = [former.metadata.labels, pod.metadata.labels];
  return (
    x === y || (Object.keys(x).length === Object.keys(y).length && Object.keys(x).every((key) => x[key] === y[key]))
  );
}
