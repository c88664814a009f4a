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
    /** By traffic entry: who looks its name up, with the pod's resolv.conf. Null where nothing is looked up. */
    private readonly resolvers: readonly (ClientResolver | null)[],
  ) {}

  /** The resolver for the requests of a traffic entry; null for one that needs none. */
  resolverFor(traffic: number): ClientResolver | null {
    return this.resolvers[traffic] ?? null;
  }

  /** One request has ended. */
  ended(): void {
    this.outgoing--;
    if (this.outgoing > 0 || this.whenIdle === null) return;
    const idle = this.whenIdle;
    this.whenIdle = null;
    idle();
  }
}
