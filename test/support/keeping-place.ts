/** A place outside the cluster that sends an address on to one target, and keeps the connections that go through it. */
import type { Address } from "../../src/model/address.js";
import {
  type Connection,
  type ConnectionEnd,
  type Established,
  type Flow,
  type Hop,
  HopAction,
  type Translator,
} from "../../src/model/flow.js";
import type { Cause } from "../../src/model/outcome.js";
import { ConnectionTable } from "../../src/network/connection-table.js";
import type { Network } from "../../src/network/network.js";
import { type PathDelays, ZonePlace } from "../../src/network/place.js";

/** Counts the connections that it has heard of. */
class CountingTable extends ConnectionTable {
  seen = 0;

  override add(connection: Connection): void {
    this.seen++;
    super.add(connection);
  }
}

export class KeepingPlace implements Translator {
  readonly place: ZonePlace<null>;
  readonly open: CountingTable;

  constructor(
    network: Network,
    readonly address: Address,
    public target: Address,
    delays: PathDelays,
  ) {
    this.place = new ZonePlace("keeping place", null, delays);
    this.place.translator = this;
    this.open = new CountingTable(this.place);
    this.place.connections = this.open;
    network.assign(address, this.place);
  }

  /** Ends all that go to one target, or all. */
  end(how: ConnectionEnd, at: number, cause: Cause, fact: number, target: Address | null = null): void {
    this.open.end(how, at, cause, fact, ({ endpoint }) => target === null || endpoint === target);
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
