/** A running pod that sends requests. */
import type { Address } from "../model/address.js";
import type { Resolve } from "../model/dns.js";
import type { ClientView } from "../model/recording.js";

export class ClientPod implements ClientView {
  /** Requests of this pod that have no outcome yet. */
  outgoing = 0;
  /** Called when the last of them has ended, once; null when nobody waits. */
  whenIdle: (() => void) | null = null;

  constructor(
    readonly pod: string,
    readonly nodeIndex: number,
    readonly address: Address,
    /** The resolver of the pod's image with the pod's resolv.conf; null for a client that looks nothing up. */
    readonly resolve: Resolve | null,
  ) {}

  /** One request has ended. */
  ended(): void {
    this.outgoing--;
    if (this.outgoing > 0 || this.whenIdle === null) return;
    const idle = this.whenIdle;
    this.whenIdle = null;
    idle();
  }
}
