/** A running pod that sends requests. */
import type { Address } from "../model/address.js";
import type { ClientResolver } from "../model/dns.js";
import type { Place } from "../model/flow.js";
import type { ClientView } from "../model/recording.js";

export class ClientPod implements ClientView {
  /** Requests of this pod that have no outcome yet. */
  outgoing = 0;
  /** Called when the last of them has ended, once; null when nobody waits. */
  whenIdle: (() => void) | null = null;

  constructor(
    readonly pod: string,
    readonly place: Place,
    readonly address: Address,
    /**
     * Who looks names up for a user of the pod (the settings of a traffic entry, or of whatever else sends), with the pod's
     * resolv.conf; null for one that needs nobody.
     */
    readonly resolverFor: (user: object) => ClientResolver | null = () => null,
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
