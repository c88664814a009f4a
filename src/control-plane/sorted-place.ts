/** Where a key stands in a list that is sorted by code units, or would stand if it is missing: a binary search. */
export function placeOf<T>(sorted: readonly T[], key: string, keyOf: (each: T) => string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(sorted[middle] as T) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
