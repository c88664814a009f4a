/**
 * The life of a pod on its node as a pure state machine: which step comes next, given what has happened. Creation goes
 * sandbox → image → container, container by container in their order (pkg/kubelet/kuberuntime `SyncPod`); termination
 * waits for all containers, removes the sandbox, and only then reports the end (`SyncTerminatingPod`).
 */
import type { Micros } from "../engine/duration.js";

export type SandboxState = "absent" | "creating" | "ready" | "removing" | "removed";

export interface ContainerView {
  /** As the kubelet knows it, except while it terminates the pod: then as it is. */
  readonly state: "waiting" | "running" | "exited";
  readonly imagePresent: boolean;
  /** Earliest time of a (re)start. */
  readonly startableAt: Micros;
}

export interface PodView {
  readonly terminating: boolean;
  readonly sandbox: SandboxState;
  readonly containers: readonly ContainerView[];
}

export type PodStep =
  | { readonly kind: "create-sandbox" }
  | { readonly kind: "pull-image"; readonly container: number }
  | { readonly kind: "start-container"; readonly container: number }
  | { readonly kind: "remove-sandbox" }
  | { readonly kind: "report-end" }
  /** Something under way has to end first. */
  | { readonly kind: "wait" }
  /** The sync is complete; `until` is when a container in backoff may start, Infinity when there is none. */
  | { readonly kind: "rest"; readonly until: Micros };

const WAIT: PodStep = { kind: "wait" };

export function nextPodStep(view: PodView, now: Micros): PodStep {
  return view.terminating ? nextTerminationStep(view) : nextCreationStep(view, now);
}

function nextCreationStep(view: PodView, now: Micros): PodStep {
  if (view.sandbox === "absent") return { kind: "create-sandbox" };
  if (view.sandbox !== "ready") return WAIT;
  let until: Micros = Number.POSITIVE_INFINITY;
  for (const [index, container] of view.containers.entries()) {
    if (container.state === "running") continue;
    if (container.startableAt > now) until = Math.min(until, container.startableAt);
    else return { kind: container.imagePresent ? "start-container" : "pull-image", container: index };
  }
  return { kind: "rest", until };
}

function nextTerminationStep(view: PodView): PodStep {
  if (view.containers.some((container) => container.state === "running")) return WAIT;
  switch (view.sandbox) {
    case "ready":
    case "creating":
      return { kind: "remove-sandbox" };
    case "removing":
      return WAIT;
    case "absent":
    case "removed":
      return { kind: "report-end" };
    default:
      return view.sandbox satisfies never;
  }
}
