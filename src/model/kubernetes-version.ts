/** What changed in which Kubernetes minor, within the accepted versions 1.29 to 1.37. One row a switch. */

/** Minor of Kubernetes 1: 36 stands for 1.36. */
export type Minor = number;

export const OLDEST_MINOR: Minor = 29;
export const NEWEST_MINOR: Minor = 37;
export const DEFAULT_MINOR: Minor = 36;

export interface VersionedBehaviour {
  /** Seconds after which a node without heartbeat is Unknown (kubernetes/kubernetes PR 126287: 50 s since 1.32). */
  readonly nodeMonitorGraceSeconds: number;
  /** Every manual readiness probe restarts the probe's period (PR 119089, 1.32.0). */
  readonly manualProbeRestartsPeriod: boolean;
  /** The worker is requeued when a crash-loop backoff expires (PR 133066, 1.35); before, after 10 s × (1..1.5). */
  readonly requeueAtBackoffExpiry: boolean;
  /** kube-proxy's runner: completion + minSyncPeriod, no burst (PR 131615, 1.34); before, a token bucket of burst 2. */
  readonly leadingEdgeRunner: boolean;
  /** kube-proxy writes all iptables rules once an hour (PR 129329, 1.33); before, never without cause. */
  readonly hourlyFullSync: boolean;
  /** kubeadm's Corefile keeps cluster.local out of the CoreDNS cache (PR 128359, 1.32). */
  readonly corefileSkipsClusterCache: boolean;
}

export function behaviourOf(minor: Minor): VersionedBehaviour {
  return {
    nodeMonitorGraceSeconds: minor >= 32 ? 50 : 40,
    manualProbeRestartsPeriod: minor >= 32,
    requeueAtBackoffExpiry: minor >= 35,
    leadingEdgeRunner: minor >= 34,
    hourlyFullSync: minor >= 33,
    corefileSkipsClusterCache: minor >= 32,
  };
}

/** Parses "1.36" (or "v1.36"); null when malformed or out of scope. */
export function parseVersion(text: string): Minor | null {
  const match = /^v?1\.(\d{2})(?:\.\d+)?$/.exec(text);
  const minor = match === null ? Number.NaN : Number(match[1]);
  return minor >= OLDEST_MINOR && minor <= NEWEST_MINOR ? minor : null;
}
