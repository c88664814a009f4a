/**
 * The kubelet of one node (pkg/kubelet): a worker per pod that is bound here, one relist and one status writer for all.
 * Nothing of it happens while nothing on the node can change.
 */

import type { ApiClient } from "../apiserver/client.js";
import type { RevisionOf } from "../apiserver/log.js";
import type { WatchReader } from "../apiserver/reader.js";
import type { Context } from "../engine/context.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { uniform } from "../engine/random.js";
import type { ApiSession } from "../model/api-session.js";
import type { Place } from "../model/flow.js";
import type { VersionedBehaviour } from "../model/kubernetes-version.js";
import { isTerminal } from "../model/objects.js";
import type { ProcessFactory } from "../model/process.js";
import type { Network } from "../network/network.js";
import type { HostLocal } from "./cni/host-local.js";
import type { ContainerInstance } from "./container-instance.js";
import type { ImageStore } from "./image-store.js";
import type { KubeletDelays, KubeletServices } from "./kubelet-services.js";
import { PodRelist } from "./pod-relist.js";
import { PodStatusWriter } from "./pod-status-writer.js";
import { PodWorker } from "./pod-worker.js";

export interface KubeletOptions {
  /** A child of the node's context: it dies with the node, and all processes with it. */
  readonly context: Context;
  /** With the budget of a kubelet, and a context that dies with this one. */
  readonly client: ApiClient;
  /** Reads the kind Pod with `podsOfNode`; the kubelet starts it. */
  readonly reader: WatchReader;
  readonly nodeName: string;
  /** The node's with the API server: its containers get it; client and reader have it. */
  readonly session: ApiSession;
  /** The node. */
  readonly place: Place;
  readonly network: Network;
  readonly ipam: HostLocal;
  readonly processFor: ProcessFactory;
  readonly delays: KubeletDelays;
  readonly behaviour: VersionedBehaviour;
  readonly images: ImageStore;
}

export class Kubelet {
  private readonly services: KubeletServices;
  /** The worker of the newest pod of a name; one of the same name that still ends is on its own. */
  private readonly workers = new Map<string, PodWorker>();
  /** Pods that have ended here and whose deletion is still to be heard of: key and creation. Older news of them is no news. */
  private readonly finished = new Map<string, Micros>();

  constructor(private readonly options: KubeletOptions) {
    const { context, client, nodeName, session, place, network, ipam, processFor, delays, behaviour, images } = options;
    this.services = {
      context,
      nodeName,
      session,
      processFor,
      imagePull: delays.imagePull,
      behaviour,
      images,
      relist: new PodRelist(context),
      statusWriter: new PodStatusWriter(client),
      sandboxes: {
        network,
        place,
        ipam,
        volumeMount: delays.volumeMount,
        sandboxCreation: delays.sandboxCreation,
        sandboxRemoval: delays.sandboxRemoval,
        waitingForAddress: new Set(),
      },
      syncTicker: { phase: Math.floor(uniform(context.key("sync ticker"), 0) * SECOND), interval: SECOND },
    };
  }

  /** Lists and watches the pods of the node. */
  start(): void {
    this.options.reader.on("Pod", (revision) => this.podChanged(revision));
    this.options.reader.start();
  }

  /** Ends a container's process at once, because of the current cause; false when none runs. */
  crashContainer(podKey: string, container: string): boolean {
    const instance = this.runningInstance(podKey, container);
    instance?.crash();
    return instance !== null;
  }

  /** Makes a container's readiness endpoint fail, or answer as usual again; false when none runs. */
  failProbe(podKey: string, container: string, failing: boolean): boolean {
    const instance = this.runningInstance(podKey, container);
    instance?.failProbe(failing);
    return instance !== null;
  }

  private runningInstance(podKey: string, container: string): ContainerInstance | null {
    for (const { instance, spec } of this.workers.get(podKey)?.containers ?? []) {
      if (spec.name === container && instance !== null && !instance.ended) return instance;
    }
    return null;
  }

  private podChanged(revision: RevisionOf<"Pod">): void {
    const pod = revision.object;
    const isFinished = this.finished.get(revision.key) === pod.metadata.creationTimestamp;
    if (!isFinished || revision.deleted) this.finished.delete(revision.key);
    if (isFinished) return;
    const known = this.workers.get(revision.key);
    if (known !== undefined && known.report.createdAt !== pod.metadata.creationTimestamp) {
      known.vanish();
      this.options.context.because(revision.fact);
    } else if (known !== undefined) {
      if (revision.deleted) known.vanish();
      else if (pod.metadata.deletionTimestamp !== null) known.deleted(pod);
      return;
    }
    if (revision.deleted || isTerminal(pod)) return;
    const worker = new PodWorker(this.services, pod, (ended) => this.podEnded(ended));
    this.workers.set(revision.key, worker);
    if (pod.metadata.deletionTimestamp === null) worker.sync();
    else worker.deleted(pod);
  }

  private podEnded(worker: PodWorker): void {
    const { podKey, createdAt } = worker.report;
    if (this.workers.get(podKey) !== worker) return;
    this.workers.delete(podKey);
    if (!worker.vanished) this.finished.set(podKey, createdAt);
  }
}
