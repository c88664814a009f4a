/**
 * Whom somebody goes to without asking again: caches of DNS answers, connections that are held. What is kept is a belief like
 * that of a node's rules: a pod behind a kept address is sent to until that ends, whatever the API says meanwhile.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";
import type { Observer } from "./observation.js";

/** Addresses that were kept under one key. */
export interface KeptInterval {
  readonly addresses: readonly Address[];
  readonly from: Micros;
  /** A time that may lie ahead; Infinity: nothing will end it; NaN: whatever replaces it, which has not come yet. */
  until: Micros;
}

/** Until something replaces it. */
export const UNTIL_REPLACED: Micros = Number.NaN;

/** Somebody who keeps addresses. */
export interface AddressKeeper {
  readonly observer: Observer;
  readonly kept: KeptAddresses;
}

export class KeptAddresses {
  /** In the order of their beginnings. Those of one key do not overlap. */
  readonly intervals: KeptInterval[] = [];
  private readonly newest = new Map<string, KeptInterval>();

  /** From now on these addresses, and no others, stand under the key. */
  keep(key: string, addresses: readonly Address[], now: Micros, until: Micros): void {
    const former = this.newest.get(key);
    if (former !== undefined && !(former.until < now) && sameAddresses(former.addresses, addresses)) {
      former.until = until;
      return;
    }
    this.end(key, now);
    if (addresses.length === 0) return;
    const made = { addresses, from: now, until };
    this.newest.set(key, made);
    this.intervals.push(made);
  }

  /** An answer that had expired was used all the same. */
  used(key: string, now: Micros): void {
    const newest = this.newest.get(key);
    if (newest !== undefined && newest.until < now) newest.until = now;
  }

  /** Nothing stands under the key any more. */
  end(key: string, now: Micros): void {
    const newest = this.newest.get(key);
    if (newest === undefined) return;
    if (!(newest.until <= now)) newest.until = now;
    this.newest.delete(key);
  }

  /** Whoever kept them is gone, or has forgotten everything. */
  endAll(now: Micros): void {
    for (const key of [...this.newest.keys()]) this.end(key, now);
  }
}

/** In any order: round robin turns answers. */
function sameAddresses(some: readonly Address[], others: readonly Address[]): boolean {
  return some.length === others.length && some.every((address) => others.includes(address));
}
