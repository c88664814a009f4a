/**
 * Who holds an address. A pod's host exists from CNI ADD to CNI DEL; afterwards its record stays, because stale rules
 * still send to it and because a node's neighbour entry decides how that fails.
 */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Place } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import type { Listener, ListeningHost } from "../model/verdict.js";

interface Socket {
  readonly port: number;
  readonly listener: Listener;
}

export class Host implements ListeningHost {
  /** Why nothing accepts here any more; NO_FACT while the pod's process listens or has yet to. */
  stopFact: FactId = NO_FACT;
  /** When the pod last stopped accepting; NaN while it accepts or never did. */
  stoppedAt: Micros = Number.NaN;
  /** When the sandbox was removed; Infinity while it lives. */
  removedAt: Micros = Number.POSITIVE_INFINITY;
  /** From then on the pod's node knows that nobody answers and sends host unreachable. */
  neighbourFailsAt: Micros = Number.POSITIVE_INFINITY;
  private readonly sockets: Socket[] = [];

  constructor(
    readonly address: Address,
    readonly pod: string,
    readonly place: Place,
    private readonly changed: (address: Address) => void,
  ) {}

  listen(port: number, listener: Listener): void {
    if (this.listenerAt(port, listener.protocol) !== null) throw new Error(`${this.pod} already listens on ${port}`);
    this.sockets.push({ port, listener });
    this.stopFact = NO_FACT;
    this.stoppedAt = Number.NaN;
    this.changed(this.address);
  }

  /** The process stopped listening on this port, because of `fact`. */
  close(port: number, listener: Listener, now: Micros, fact: FactId): void {
    const index = this.sockets.findIndex((socket) => socket.port === port && socket.listener === listener);
    if (index < 0) return;
    this.sockets.splice(index, 1);
    this.stopFact = fact;
    this.stoppedAt = now;
    this.changed(this.address);
  }

  healthChanged(): void {
    this.changed(this.address);
  }

  listenerAt(port: number, protocol: Protocol): Listener | null {
    for (const socket of this.sockets) {
      if (socket.port === port && socket.listener.protocol === protocol) return socket.listener;
    }
    return null;
  }
}
