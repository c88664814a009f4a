/** A place outside the cluster that sends an address on to one target, and keeps the connections that go through it. */
import type { Address } from "../../src/model/address.js";
import {
  type Connection,
  type ConnectionEnd,
  type Established,
  type Flow,
  type Hop,
  HopAction,
  type KeptConnections,
  type Translator,
} from "../../src/model/flow.js";
import type { Cause } from "../../src/model/outcome.js";
import type { Network } from "../../src/network/network.js";
import { type PathDelays, ZonePlace } from "../../src/network/place.js";

export class KeepingPlace implements Translator, KeptConnections {
  readonly place: ZonePlace<null>;
  readonly open = new Set<Connection>();
  /** Connections that it has heard of. */
  seen = 0;

  constructor(
    network: Network,
    readonly address: Address,
    public target: Address,
    delays: PathDelays,
  ) {
    this.place = new ZonePlace("keeping place", null, delays);
    this.place.translator = this;
    this.place.connections = this;
    network.assign(address, this.place);
  }

  add(connection: Connection): void {
    this.seen++;
    this.open.add(connection);
  }

  remove(connection: Connection): void {
    this.open.delete(connection);
  }

  /** Ends all that go to one target, or all. */
  end(how: ConnectionEnd, at: number, cause: Cause, fact: number, target: Address | null = null): void {
    for (const connection of [...this.open]) {
      const hop = connection.path.findIndex(({ place }) => place === this.place);
      if (target !== null && connection.path[hop]?.endpoint !== target) continue;
      connection.endedBy(hop, how, at, cause, fact);
    }
  }

  route(flow: Flow, _leg: number, _now: number, hop: Hop): void {
    if (flow.destination !== this.address) return;
    hop.action = HopAction.translate;
    hop.rule = "balancer";
    hop.endpoint = this.target;
  }

  committed(): void {}

  established(): Established {
    return "keep";
  }

  validUntil(): number {
    return Number.POSITIVE_INFINITY;
  }
}
