/** What the pod workers of one kubelet share. */
import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import type { ApiSession } from "../model/api-session.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import type { ProcessFactory } from "../model/process.js";
import type { Ticks } from "../model/ticks.js";
import type { ImageStore } from "./image-store.js";
import type { PodRelist } from "./pod-relist.js";
import type { SandboxServices } from "./pod-sandbox.js";
import type { PodStatusWriter } from "./pod-status-writer.js";

/** Delays that Kubernetes does not decide, compiled. */
export interface KubeletDelays {
  readonly volumeMount: Variate;
  readonly sandboxCreation: Variate;
  readonly sandboxRemoval: Variate;
  readonly imagePull: Variate;
}

export interface KubeletServices {
  readonly context: Context;
  readonly nodeName: string;
  /** The node's with the API server, for its containers. */
  readonly session: ApiSession;
  readonly processFor: ProcessFactory;
  readonly imagePull: Variate;
  readonly behaviour: VersionedBehaviour;
  readonly images: ImageStore;
  readonly relist: PodRelist;
  readonly statusWriter: PodStatusWriter;
  readonly sandboxes: SandboxServices;
  /** Polls the queue of pods to be synced again. */
  readonly syncTicker: Ticks;
}
