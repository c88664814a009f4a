/**
 * Pod ranges of nodes: the cluster's pod range is cut into ranges of one size, given out in turn
 * (kube-controller-manager `RangeAllocator`, pkg/controller/nodeipam/ipam/cidrset/cidr_set.go `AllocateNext`).
 */
import { type Address, type AddressRange, formatAddress } from "../model/address.js";

/** `--node-cidr-mask-size-ipv4`, default 24. */
const NODE_MASK_SIZE = 24;

/** Addresses of a node's range with that mask. */
export const ADDRESSES_PER_NODE = 2 << (31 - NODE_MASK_SIZE);

export class NodeCidrAllocator {
  private readonly taken = new Set<number>();
  private readonly size: number;
  private readonly count: number;
  private nextCandidate = 0;

  /** `podRange` is the cluster's; a node gets 2^(32 − maskSize) addresses of it. */
  constructor(
    private readonly podRange: AddressRange,
    private readonly maskSize: number = NODE_MASK_SIZE,
  ) {
    let size = 1;
    for (let bit = maskSize; bit < 32; bit++) size *= 2;
    this.size = size;
    this.count = Math.floor(podRange.size / size);
  }

  /** The next free range behind the one given out last, round and round; the text of the error when none is left. */
  allocateNext(): AddressRange | string {
    for (let step = 0; step < this.count; step++) {
      const candidate = (this.nextCandidate + step) % this.count;
      if (this.taken.has(candidate)) continue;
      this.taken.add(candidate);
      this.nextCandidate = (candidate + 1) % this.count;
      const first: Address = this.podRange.first + candidate * this.size;
      return { first, size: this.size, text: `${formatAddress(first)}/${this.maskSize}` };
    }
    return "CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range";
  }

  /** Takes a deleted node's range back; it is given out again only after the search has wrapped around. */
  release(range: AddressRange): void {
    this.taken.delete((range.first - this.podRange.first) / this.size);
  }
}
