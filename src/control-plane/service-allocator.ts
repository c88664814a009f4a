/**
 * ClusterIP allocation (pkg/registry/core/service/ipallocator, KEP-3070): the lower band of the range is left to static
 * addresses as long as the rest has room. Dynamic addresses start at a random place and go up until a free one is found.
 * A released address may be given away at once.
 */
import { type Random, uniform } from "../engine/random.js";
import { type Address, type AddressRange, formatAddress } from "../model/address.js";
import { entityOf, keyOf, type Service } from "../model/objects.js";
import type { ServiceAllocation } from "./admission.js";

/** Addresses at the lower end that dynamic allocation avoids: min(max(16, size/16), 256); 0 for a size up to 16. */
export function rangeOffset(size: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
}

export class ServiceAllocator implements ServiceAllocation {
  /** Who holds an address: key of the Service. */
  private readonly holders = new Map<Address, string>();
  /** Dynamic allocations so far, by Service: a Service that comes again draws again. */
  private readonly draws = new Map<string, number>();
  private readonly first: Address;
  private readonly last: Address;
  private readonly dynamicFirst: Address;

  constructor(
    private readonly range: AddressRange,
    private readonly random: Random,
  ) {
    // network and broadcast address are not used
    this.first = range.first + 1;
    this.last = range.first + range.size - 2;
    this.dynamicFirst = this.first + rangeOffset(range.size);
  }

  /** Gives a Service its ClusterIP, or says why not. A headless one and an ExternalName stay as they are. */
  admit(service: Service): Service | { readonly refused: string } {
    const { clusterIP } = service.spec;
    if (clusterIP === "None" || (service.spec.externalName ?? null) !== null) return service;
    if (clusterIP !== null) return this.admitStatic(service, clusterIP);
    const address = this.nextFree(service);
    if (address === null) return { refused: "failed to allocate a serviceIP: range is full" };
    this.holders.set(address, keyOf(service));
    return { ...service, spec: { ...service.spec, clusterIP: address } };
  }

  /** Frees the address of a deleted Service. */
  release(service: Service): void {
    const { clusterIP } = service.spec;
    if (clusterIP === null || clusterIP === "None") return;
    if (this.holders.get(clusterIP) === keyOf(service)) this.holders.delete(clusterIP);
  }

  private admitStatic(service: Service, address: Address): Service | { readonly refused: string } {
    const failed = `failed to allocate IP ${formatAddress(address)}`;
    if (address < this.first || address > this.last) {
      const why = `provided IP is not in the valid range. The range of valid IPs is ${this.range.text}`;
      return { refused: `${failed}: ${why}` };
    }
    if (this.holders.has(address)) return { refused: `${failed}: provided IP is already allocated` };
    this.holders.set(address, keyOf(service));
    return service;
  }

  private nextFree(service: Service): Address | null {
    const key = this.random.key(entityOf(service), "cluster IP");
    const draw = this.draws.get(keyOf(service)) ?? 0;
    this.draws.set(keyOf(service), draw + 1);
    return (
      this.scan(this.dynamicFirst, this.last, uniform(key, 2 * draw)) ??
      this.scan(this.first, this.dynamicFirst - 1, uniform(key, 2 * draw + 1))
    );
  }

  /** First free address from a random place upwards, once around the band. */
  private scan(first: Address, last: Address, start: number): Address | null {
    const size = last - first + 1;
    const offset = Math.floor(start * size);
    for (let i = 0; i < size; i++) {
      const address = first + ((offset + i) % size);
      if (!this.holders.has(address)) return address;
    }
    return null;
  }
}
