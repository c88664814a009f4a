/**
 * host-local address management, one range a node (containernetworking/plugins v1.x,
 * plugins/ipam/host-local/backend/allocator): the addresses from network + 2 to broadcast − 1 are given out in turn. The
 * gateway, network + 1, belongs to the range but to no pod. There is no time-based quarantine: an address comes back when
 * the cursor has gone round the range.
 */
import { type Address, type AddressRange, formatAddress } from "../../model/address.js";

export class HostLocal {
  private readonly holders = new Map<Address, string>();
  private readonly addresses = new Map<string, Address>();
  private readonly gateway: Address;
  private readonly end: Address;
  /** `last_reserved_ip`: the address given out last; before the first, where the search starts. */
  private cursor: Address;

  constructor(readonly range: AddressRange) {
    this.gateway = range.first + 1;
    this.end = range.first + range.size - 2;
    this.cursor = range.first;
  }

  /** Addresses that are held now. */
  get allocated(): number {
    return this.holders.size;
  }

  /** Gives `id` the next free address (CNI ADD); the text of the error when it has one already or none is left. */
  allocate(id: string): Address | string {
    const held = this.addresses.get(id);
    if (held !== undefined) {
      return `${formatAddress(held)} has been allocated to ${id}, duplicate allocation is not allowed`;
    }
    let candidate = this.cursor;
    for (let tried = this.gateway; tried <= this.end; tried++) {
      candidate = candidate >= this.end ? this.gateway : candidate + 1;
      if (candidate === this.gateway || this.holders.has(candidate)) continue;
      this.holders.set(candidate, id);
      this.addresses.set(id, candidate);
      this.cursor = candidate;
      return candidate;
    }
    const set = `${formatAddress(this.gateway)}-${formatAddress(this.end)}`;
    return `failed to allocate for range 0: no IP addresses available in range set: ${set}`;
  }

  /** Takes the address of `id` back (CNI DEL); nothing happens when it has none. The cursor stays. */
  release(id: string): void {
    const address = this.addresses.get(id);
    if (address === undefined) return;
    this.addresses.delete(id);
    this.holders.delete(address);
  }
}
