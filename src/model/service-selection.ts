/** Which pods a Service selects. */
import { matchesLabels } from "./labels.js";
import type { Pod, Service } from "./objects.js";

/** False for a Service without selector: somebody else makes its slices. */
export function selectsPod({ metadata, spec }: Service, pod: Pod): boolean {
  if (spec.selector === null || metadata.namespace !== pod.metadata.namespace) return false;
  return matchesLabels(spec.selector, pod.metadata.labels);
}
