/**
 * Hosts outside the cluster that requests go to: names that only the DNS servers outside know. Nothing is modelled of
 * them but that they accept and answer at once, in another zone: a request takes a round trip for its connection and one
 * for itself, like every request, and no service time. They close each connection behind its answer.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { Protocol } from "../model/objects.js";
import type { Network } from "../network/network.js";
import type { AcceptedAttempt, Server } from "./server.js";

/** What stands in results for the pod of such a host. */
const OUTSIDE_HOST = "outside";

export class OutsideServer implements Server {
  readonly speaks = "http";
  readonly protocol: Protocol = "TCP";
  readonly pod = OUTSIDE_HOST;
  readonly kept = null;
  readonly queued = 0;
  inFlight = 0;

  accept({ receivedAt }: AcceptedAttempt): Micros {
    this.inFlight++;
    return receivedAt;
  }

  release(): void {
    this.inFlight--;
  }
}

/** Puts a host that listens on all of `ports` at each of `addresses` (once, whatever is asked again). */
export function attachOutsideServers(network: Network, addresses: Iterable<Address>, ports: ReadonlySet<number>): void {
  for (const address of addresses) {
    if (network.holder(address) !== null) continue;
    const host = network.attach(address, OUTSIDE_HOST, network.topology.outside);
    for (const port of ports) host.listen(port, new OutsideServer());
  }
}
