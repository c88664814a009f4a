/**
 * Who holds which address: hosts, which have processes that listen; places, which send on what is addressed to them; and
 * hosts that a place has for itself. Host addresses are unique, and no place's.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { Place } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import { Host } from "./host.js";
import type { ZonePlace } from "./place.js";

interface LocalHost {
  readonly host: Host;
  readonly port: number;
  readonly place: ZonePlace;
}

export class AddressHolders {
  private readonly hosts = new Map<Address, Host>();
  /** Last holder of an address that nobody holds now. */
  private readonly departed = new Map<Address, Host>();
  private readonly places = new Map<Address, Place>();
  /** Hosts that only packets which stand at their place reach. */
  private readonly local = new Map<Place, LocalHost[]>();

  /** `changed` is called when another may answer at an address. */
  constructor(private readonly changed: (address: Address) => void) {}

  attach(address: Address, pod: string, place: Place): Host {
    const holder = this.hosts.get(address) ?? null;
    if (holder !== null) throw new Error(`${pod} cannot have an address that ${holder.pod} holds`);
    const host = new Host(address, pod, place, this.changed);
    this.hosts.set(address, host);
    this.departed.delete(address);
    this.changed(address);
    return host;
  }

  detach(host: Host, now: Micros, neighbourFailsAt: Micros): void {
    if (this.hosts.get(host.address) !== host) return;
    this.hosts.delete(host.address);
    host.removedAt = now;
    host.neighbourFailsAt = neighbourFailsAt;
    this.departed.set(host.address, host);
    this.changed(host.address);
  }

  assign(address: Address, place: Place): void {
    this.places.set(address, place);
    this.changed(address);
  }

  attachLocal(place: ZonePlace, address: Address, port: number, pod: string): Host {
    const host = new Host(address, pod, place, this.changed);
    const hosts = this.local.get(place) ?? [];
    hosts.push({ host, port, place });
    this.local.set(place, hosts);
    place.own(address, port);
    this.changed(address);
    return host;
  }

  detachLocal(host: Host): void {
    const hosts = this.local.get(host.place) ?? [];
    const index = hosts.findIndex((each) => each.host === host);
    if (index < 0) return;
    const [{ place, port }] = hosts.splice(index, 1) as [LocalHost];
    place.disown(host.address, port);
    this.changed(host.address);
  }

  /** Whoever has the address; a host that has left it, if nobody has it now; null when nobody ever had. */
  host(address: Address): Host | null {
    return this.hosts.get(address) ?? (this.places.has(address) ? null : this.departed.get(address)) ?? null;
  }

  /** The host that is there now. */
  present(address: Address): Host | null {
    return this.hosts.get(address) ?? null;
  }

  /** The place that has the address itself; null when none has. */
  place(address: Address): Place | null {
    return this.places.get(address) ?? null;
  }

  /** The host that a place has for itself at this address and port; null when there is none. */
  localHost(place: Place, address: Address, port: number, protocol: Protocol): Host | null {
    if (!place.owns(address, port, protocol)) return null;
    const hosts = this.local.get(place) ?? [];
    return hosts.find((each) => each.port === port && each.host.address === address)?.host ?? null;
  }
}
