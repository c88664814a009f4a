/** Down-sampling for figures that never averages a short dip away. */

/** A run of neighbouring values [from, to) and the index `at` of the one that stands for it. */
export interface Sample {
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

/**
 * At most `most` samples that cover all values in order, each represented by its minimum (the first of equals). NaN
 * (nothing known) represents a sample only when all of its values are NaN. Up to `most` values each is its own sample.
 * For maxima, pass negated values.
 */
export function minimaKeepingSample(values: readonly number[], most: number): Sample[] {
  const count = Math.min(values.length, Math.max(1, Math.floor(most)));
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    let at = from;
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      const least = values[at] as number;
      if (value < least || (Number.isNaN(least) && !Number.isNaN(value))) at = i;
    }
    return { from, to, at };
  });
}
