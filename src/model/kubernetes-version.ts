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
  /**
   * The kubelet looks at a pod as soon as a sync has started something in it (PLEGOnDemandRelist: PR 137362, on since PR
   * 137946, 1.36); before, at its next relist, up to a second later.
   */
  readonly relistOnDemand: boolean;
  /** A status of its own tells that the sandbox is ready (PR 134660, 1.36); before, the next one tells it along. */
  readonly reportsReadySandbox: boolean;
  /** The status tells which generation of the pod it is of (PR 130352, on since 1.34), so that each deletion is answered by a write. */
  readonly reportsGeneration: boolean;
  /** Readiness probes that run a command end with the deletion of their pod (1.35 and 1.36, mended by PR 140882). */
  readonly deletionEndsExecProbes: boolean;
  /** A node gets its NoExecute taint from the pass that finds it Unknown (PR 120816, 1.34); before, a pass later. */
  readonly taintsInSamePass: boolean;
  /** A ReplicaSet looks at a pod when it becomes available (PR 132121, 1.34); before, some time in the seconds after. */
  readonly countsAvailableInTime: boolean;
  /**
   * ReplicaSets and Deployments count pods that are being deleted (PR 133087, 1.35), so one that waits for its pods to end
   * (Recreate) hears of that. Before, it hears of the removal of the last one.
   */
  readonly countsTerminating: boolean;
  /** An idle scheduler tries pods whose backoff is not over (PR 130772, 1.33). */
  readonly schedulesFromBackoff: boolean;
  /** Nodes have no score for the balance of their resources when the pod asks for none (PR 130260, 1.33). */
  readonly bestEffortLeavesBalance: boolean;
  /** That score is by how the pod changes the balance (PR 135573, 1.36); before, by the balance with the pod. */
  readonly scoresChangeOfBalance: boolean;
  /** kube-proxy's runner: completion + minSyncPeriod, no burst (PR 131615, 1.34); before, a token bucket of burst 2. */
  readonly leadingEdgeRunner: boolean;
  /** kube-proxy writes all iptables rules once an hour (PR 129329, 1.33); before, never without cause. */
  readonly hourlyFullSync: boolean;
  /** kubeadm's Corefile keeps cluster.local out of the CoreDNS cache (PR 128359, 1.32). */
  readonly corefileSkipsClusterCache: boolean;
  /** How kube-proxy cleans UDP conntrack entries up, in the newest patch. */
  readonly udpConntrack: UdpConntrackMode;
}

/**
 * Which UDP conntrack entries a sync of kube-proxy deletes. `event-based-none`: those of endpoints that went from serving
 * to non-existent at once. `event-based`: those of endpoints that have stopped serving (PR 127780). `reconciler`: those
 * of Services with a serving endpoint whose own endpoint does not serve (PR 127318). `reconciler-zero`: without a serving
 * endpoint as well (PR 139629). `reconciler-deleted`: those of deleted Services too (PR 141371).
 */
export const UDP_CONNTRACK_MODES = [
  "event-based-none",
  "event-based",
  "reconciler",
  "reconciler-zero",
  "reconciler-deleted",
] as const;
export type UdpConntrackMode = (typeof UDP_CONNTRACK_MODES)[number];

export function behaviourOf(minor: Minor): VersionedBehaviour {
  return {
    nodeMonitorGraceSeconds: minor >= 32 ? 50 : 40,
    manualProbeRestartsPeriod: minor >= 32,
    requeueAtBackoffExpiry: minor >= 35,
    relistOnDemand: minor >= 36,
    reportsReadySandbox: minor >= 36,
    reportsGeneration: minor >= 34,
    deletionEndsExecProbes: minor === 35 || minor === 36,
    taintsInSamePass: minor >= 34,
    countsAvailableInTime: minor >= 34,
    countsTerminating: minor >= 35,
    schedulesFromBackoff: minor >= 33,
    bestEffortLeavesBalance: minor >= 33,
    scoresChangeOfBalance: minor >= 36,
    leadingEdgeRunner: minor >= 34,
    hourlyFullSync: minor >= 33,
    corefileSkipsClusterCache: minor >= 32,
    udpConntrack: udpConntrackOf(minor, null),
  };
}

/** First patches of 1.29, 1.30 and 1.31 that carry PR 127780 (October 2024). */
const REPAIRED_PATCHES: Readonly<Record<number, number>> = { 29: 10, 30: 6, 31: 2 };

/**
 * How kube-proxy of a version cleans UDP conntrack entries up; without a patch (null) the newest one is meant. Which
 * releases carry PR 139629 is unchecked: 1.37 is taken to. PR 141371 is in none.
 */
export function udpConntrackOf(minor: Minor, patch: number | null): UdpConntrackMode {
  if (minor >= 37) return "reconciler-zero";
  if (minor >= 32) return "reconciler";
  const repaired = REPAIRED_PATCHES[minor] ?? Number.POSITIVE_INFINITY;
  return patch === null || patch >= repaired ? "event-based" : "event-based-none";
}

/** Parses "1.36" (or "v1.36"); null when malformed or out of scope. */
export function parseVersion(text: string): Minor | null {
  const match = /^v?1\.(\d{2})(?:\.\d+)?$/.exec(text);
  const minor = match === null ? Number.NaN : Number(match[1]);
  return minor >= OLDEST_MINOR && minor <= NEWEST_MINOR ? minor : null;
}

/** The patch in "1.31.2"; null when the text names none. */
export function parsePatch(text: string): number | null {
  const match = /^v?1\.\d{2}\.(\d+)$/.exec(text);
  return match === null ? null : Number(match[1]);
}
