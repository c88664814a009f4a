/** Which pod of a Service had an address, by the slices that named it. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import { type EndpointSlice, objectKey } from "../model/objects.js";

interface Holder {
  readonly from: Micros;
  /** "namespace/name". */
  readonly pod: string;
}

export class SliceAddresses {
  private readonly holders = new Map<Address, Holder[]>();

  /** A slice of the Service was written. */
  learn({ metadata, endpoints }: EndpointSlice, now: Micros): void {
    for (const { address, pod } of endpoints) {
      const key = objectKey(metadata.namespace, pod);
      const holders = this.holders.get(address);
      if (holders === undefined) this.holders.set(address, [{ from: now, pod: key }]);
      else if (holders.at(-1)?.pod !== key) holders.push({ from: now, pod: key });
    }
  }

  /** Who had it then, or had had it last; who got it first, when it was nobody's yet; null for no address of the Service. */
  at(address: Address, time: Micros): string | null {
    const holders = this.holders.get(address);
    if (holders === undefined) return null;
    return (holders.findLast(({ from }) => from <= time) ?? holders[0])?.pod ?? null;
  }
}
