/**
 * The sandbox of a pod: its network namespace, and with it its address. The address is given at the end of the creation
 * (CNI ADD) and taken at the end of the removal (CNI DEL), which is before the API knows. Without a free address the
 * kubelet tries again 10 to 15 s after each failure.
 */

import type { Context } from "../engine/context.js";
import type { Variate } from "../engine/distribution.js";
import { type Micros, SECOND } from "../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../engine/event-queue.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import { formatAddress } from "../model/address.js";
import type { Place } from "../model/flow.js";
import { entityOf, keyOf, type Pod } from "../model/objects.js";
import { FactKind } from "../model/trace.js";
import type { Host } from "../network/host.js";
import type { Network } from "../network/network.js";
import type { HostLocal } from "./cni/host-local.js";
import type { SandboxState } from "./pod-lifecycle.js";

/** `backOffPeriod` of pod workers; the jitter adds up to half of it. */
const RETRY: Micros = 10 * SECOND;

/** A node's neighbour entry stays REACHABLE for 15 to 45 s after its last use, then DELAY 5 s, then three probes. */
const SHORTEST_REACHABLE: Micros = 15 * SECOND;
const REACHABLE_SPREAD: Micros = 30 * SECOND;
const DELAY_AND_PROBES: Micros = 8 * SECOND;

/** How long after a sandbox's removal its node still sends to it: `u` is a uniform draw. */
export function neighbourLifetime(u: number): Micros {
  return Math.floor(SHORTEST_REACHABLE + u * REACHABLE_SPREAD) + DELAY_AND_PROBES;
}

/** What sandboxes of one node share. */
export interface SandboxServices {
  readonly network: Network;
  /** The node. */
  readonly place: Place;
  readonly ipam: HostLocal;
  /** From the sync to the sandbox's creation, of a pod with volumes. */
  readonly volumeMount: Variate;
  readonly sandboxCreation: Variate;
  readonly sandboxRemoval: Variate;
  /** Sandboxes that found no address, in the order of their failure. */
  readonly waitingForAddress: Set<PodSandbox>;
}

export interface SandboxOwner {
  sandboxReady(): void;
  /** The creation failed with `error`; it goes on by itself. */
  sandboxFailed(error: string, fact: FactId): void;
  sandboxRemoved(): void;
}

export class PodSandbox {
  state: SandboxState = "absent";
  /** From the end of its creation on; kept when it is gone. */
  host: Host | null = null;
  private attempt = 0;
  private failedAt: Micros = Number.NaN;
  private failure: FactId = NO_FACT;
  private timer: Timer = NO_TIMER;
  private readonly entity: string;
  private readonly podKey: string;
  private readonly id: string;
  private readonly mountsVolumes: boolean;

  constructor(
    private readonly context: Context,
    pod: Pod,
    private readonly services: SandboxServices,
    private readonly owner: SandboxOwner,
  ) {
    this.entity = entityOf(pod);
    this.podKey = keyOf(pod);
    this.mountsVolumes = pod.spec.mountsVolumes ?? true;
    this.id = `${this.podKey}@${pod.metadata.creationTimestamp}`;
  }

  /** Volumes are mounted before the first attempt, and stay. */
  create(): void {
    this.state = "creating";
    const mount = this.mountsVolumes ? this.services.volumeMount.quantile(this.draw("volume mount", 0)) : 0;
    this.timer = this.context.after(mount + this.creationTime(), Phase.write, finishCreation, this);
  }

  /** Removes a sandbox that exists or is being created. */
  remove(): void {
    this.state = "removing";
    this.services.waitingForAddress.delete(this);
    this.context.cancel(this.timer);
    const delay = this.services.sandboxRemoval.quantile(this.draw("sandbox removal", 0));
    this.timer = this.context.after(delay, Phase.write, finishRemoval, this);
  }

  /** @internal */
  finishCreation(): void {
    const { context, entity, podKey, services } = this;
    const result = services.ipam.allocate(this.id);
    if (typeof result === "string") {
      this.fail(result);
      return;
    }
    this.host = services.network.attach(result, podKey, services.place);
    this.state = "ready";
    context.because(context.record(FactKind.addressAssigned, entity, formatAddress(result)));
    this.owner.sandboxReady();
  }

  /** @internal */
  finishRemoval(): void {
    const { context, entity, services, host } = this;
    this.state = "removed";
    if (host !== null) {
      context.because(context.record(FactKind.addressReleased, entity, formatAddress(host.address)));
      const lifetime = neighbourLifetime(this.draw("neighbour entry", 0));
      services.network.detach(host, context.now, context.now + lifetime);
      services.ipam.release(this.id);
      const waiting = [...services.waitingForAddress];
      services.waitingForAddress.clear();
      for (const sandbox of waiting) sandbox.addressFreed();
    }
    this.owner.sandboxRemoved();
  }

  private fail(error: string): void {
    this.failedAt = this.context.now;
    this.services.waitingForAddress.add(this);
    if (this.failure !== NO_FACT) return;
    this.failure = this.context.record(FactKind.addressExhausted, this.entity, error);
    this.owner.sandboxFailed(error, this.failure);
  }

  /** Attempts that were bound to fail were not events: the first one that ends from now on is. */
  private addressFreed(): void {
    let end = this.failedAt;
    do {
      this.attempt++;
      end += Math.ceil(RETRY * (1 + 0.5 * this.draw("sandbox retry", this.attempt))) + this.creationTime();
    } while (end < this.context.now);
    this.timer = this.context.at(end, Phase.write, finishCreation, this);
  }

  private creationTime(): Micros {
    return this.services.sandboxCreation.quantile(this.draw("sandbox creation", this.attempt));
  }

  private draw(purpose: string, index: number): number {
    return uniform(this.context.simulation.random.key(this.entity, purpose), index);
  }
}

function finishCreation(sandbox: PodSandbox): void {
  sandbox.finishCreation();
}

function finishRemoval(sandbox: PodSandbox): void {
  sandbox.finishRemoval();
}
