/** How long the parts of a container's termination take (pkg/kubelet/kuberuntime/kuberuntime_container.go `killContainer`). */
import { type Micros, SECOND } from "../engine/duration.js";

/** What a process gets after SIGTERM in any case, even when preStop used the whole grace period. */
const SHORTEST_SHUTDOWN_SECONDS = 2;

/** Grace period of a pod whose object has vanished from the API, in seconds. */
export const ORPHAN_GRACE_SECONDS = 1;

/** Since the kubelet began to terminate the container. */
export interface TerminationTimes {
  readonly sigterm: Micros;
  readonly sigkill: Micros;
}

/** `preStopSleepSeconds` null: no hook. A hook that outlasts the grace period is abandoned at its end. */
export function terminationTimes(gracePeriodSeconds: number, preStopSleepSeconds: number | null): TerminationTimes {
  const preStop = Math.min(preStopSleepSeconds ?? 0, gracePeriodSeconds);
  const shutdown = Math.max(SHORTEST_SHUTDOWN_SECONDS, gracePeriodSeconds - Math.floor(preStop));
  return { sigterm: Math.round(preStop * SECOND), sigkill: Math.round((preStop + shutdown) * SECOND) };
}
