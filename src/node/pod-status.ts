/** What the kubelet reports of a pod (pkg/kubelet/kubelet_pods.go `generateAPIPodStatus`, status/generate.go). */
import { type Micros, SECOND } from "../engine/duration.js";
import { type Address, formatAddress } from "../model/address.js";
import type { ContainerStatus, PodPhase, PodStatus } from "../model/objects.js";
import { FactKind } from "../model/trace.js";

/** What the kubelet has seen of a pod, by its last relist and its probes. */
export interface ObservedPod {
  readonly address: Address | null;
  readonly containers: readonly ContainerStatus[];
  /** Set when the pod has ended for good. */
  readonly end: "Succeeded" | "Failed" | null;
  readonly reason: string;
  readonly sandboxReady: boolean;
  /** Of the pod's specification; 0 when versions do not tell. */
  readonly generation: number;
}

/** The status that follows from an observation. The time of the Ready condition is kept in whole seconds. */
export function nextPodStatus(former: PodStatus, observed: ObservedPod, now: Micros): PodStatus {
  const phase = phaseOf(former.phase, observed);
  const ready = observed.end === null && observed.containers.every((container) => container.ready);
  return {
    phase,
    podIP: observed.address ?? former.podIP,
    ready:
      ready === former.ready.status
        ? former.ready
        : { status: ready, lastTransitionTime: Math.floor(now / SECOND) * SECOND },
    scheduled: former.scheduled,
    containers: observed.containers,
    reason: observed.reason,
    sandboxReady: observed.sandboxReady,
    observedGeneration: observed.generation,
  };
}

/** Pending until every container has been started once; a restart does not lead back. */
function phaseOf(former: PodPhase, observed: ObservedPod): PodPhase {
  if (observed.end !== null) return observed.end;
  if (former === "Running") return former;
  return observed.containers.every((container) => container.state !== "waiting") ? "Running" : "Pending";
}

/** True when there is nothing to write. The condition `scheduled` is the scheduler's. */
export function sameStatus(x: PodStatus, y: PodStatus): boolean {
  return (
    x.phase === y.phase &&
    x.podIP === y.podIP &&
    x.ready.status === y.ready.status &&
    x.reason === y.reason &&
    x.sandboxReady === y.sandboxReady &&
    x.observedGeneration === y.observedGeneration &&
    x.containers.length === y.containers.length &&
    x.containers.every((container, index) => sameContainer(container, y.containers[index]))
  );
}

function sameContainer(x: ContainerStatus, y: ContainerStatus | undefined): boolean {
  return (
    y !== undefined &&
    x.name === y.name &&
    x.ready === y.ready &&
    x.started === y.started &&
    x.restartCount === y.restartCount &&
    x.state === y.state
  );
}

/** How the write that leads from `former` to `next` is told. */
export function describeStatusChange(former: PodStatus, next: PodStatus): { kind: FactKind; detail: string } {
  const ends = next.phase === "Succeeded" || next.phase === "Failed";
  if (next.ready.status && !former.ready.status) return { kind: FactKind.podReady, detail: "" };
  if (!next.ready.status && former.ready.status) {
    return { kind: FactKind.podNotReady, detail: ends ? `(phase ${next.phase})` : notReadyContainers(next) };
  }
  const address = next.podIP === null ? "" : `, IP ${formatAddress(next.podIP)}`;
  const reason = next.reason === "" ? "" : `, ${next.reason}`;
  return { kind: FactKind.objectUpdated, detail: `phase ${next.phase}${address}${reason}${noticed(former, next)}` };
}

/** What the kubelet tells that does not show in the phase. */
function noticed(former: PodStatus, next: PodStatus): string {
  if (former.observedGeneration > 0 && next.observedGeneration > former.observedGeneration) return ", deletion noticed";
  return next.sandboxReady && !former.sandboxReady && next.phase === "Pending" ? ", sandbox ready" : "";
}

function notReadyContainers(status: PodStatus): string {
  const names = status.containers.filter((container) => !container.ready).map((container) => container.name);
  return `(${names.join(", ")})`;
}
