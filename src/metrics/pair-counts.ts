/** How often each pair of two things has come. */
export class PairCounts<A, B> {
  private readonly counts = new Map<A, Map<B, number>>();

  add(a: A, b: B): void {
    const inner = this.counts.get(a);
    if (inner === undefined) this.counts.set(a, new Map([[b, 1]]));
    else inner.set(b, (inner.get(b) ?? 0) + 1);
  }

  /** 0 for a pair that never came. */
  of(a: A, b: B): number {
    return this.counts.get(a)?.get(b) ?? 0;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }
}
