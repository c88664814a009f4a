/**
 * Places that stand in a zone and know no delays but those of the cluster: within one place, within a zone, and between
 * zones. Nodes are such places, and so is what lies outside the cluster, which is in no zone and as far as another one.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Place, Translator } from "../model/flow.js";
import type { NodeInfo } from "../model/topology.js";
import { ConnectionTable } from "./connection-table.js";

export interface PathDelays {
  readonly sameNode: Micros;
  readonly sameZone: Micros;
  readonly crossZone: Micros;
}

interface OwnedAddress {
  readonly address: Address;
  /** Null stands for every port. */
  readonly port: number | null;
}

export class ZonePlace<Zone extends string | null = string | null> implements Place {
  translator: Translator | null = null;
  /** For nodes: those that come from elsewhere. Others have none unless somebody gives them a table. */
  connections: ConnectionTable | null = null;
  downFact: FactId | null = null;
  private readonly owned: OwnedAddress[] = [];

  constructor(
    readonly name: string,
    readonly zone: Zone,
    private readonly delays: PathDelays,
  ) {}

  latencyTo(place: Place): Micros {
    if (place === this) return this.delays.sameNode;
    return this.zone !== null && place.zone === this.zone ? this.delays.sameZone : this.delays.crossZone;
  }

  owns(address: Address, port: number): boolean {
    if (this.owned.length === 0) return false;
    return this.owned.some((each) => each.address === address && (each.port === null || each.port === port));
  }

  /** Gives the place an address of its own, at one port or at all of them. */
  own(address: Address, port: number | null): void {
    this.owned.push({ address, port });
  }

  /** Takes it away again; nothing happens when the place does not have it. */
  disown(address: Address, port: number | null): void {
    const index = this.owned.findIndex((each) => each.address === address && each.port === port);
    if (index >= 0) this.owned.splice(index, 1);
  }
}

export class NodePlace extends ZonePlace<string> implements NodeInfo {
  readonly index: number;
  readonly pool: string;
  readonly address: Address;

  constructor({ index, name, zone, pool, address }: NodeInfo, delays: PathDelays) {
    super(name, zone, delays);
    this.index = index;
    this.pool = pool;
    this.address = address;
    // who is on the node itself ends with it
    this.connections = new ConnectionTable(this, true);
  }

  override owns(address: Address, port: number): boolean {
    return address === this.address || super.owns(address, port);
  }
}
