/** The Wilson score interval: bounds of a ratio that stay within 0 and 1 and hold for small samples. */

/** 97.5 % quantile of the normal distribution: two-sided 95 %. */
const Z = 1.959963984540054;

export interface RatioInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * 95 % interval of the ratio behind `successes` of `trials`; null without trials. It takes trials as independent, so it
 * describes the noise of one bin, never the spread between repetitions of a run.
 */
export function wilsonInterval(successes: number, trials: number): RatioInterval | null {
  if (!(trials > 0)) return null;
  const ratio = successes / trials;
  const z2 = Z * Z;
  const centre = (ratio + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z * Math.sqrt((ratio * (1 - ratio) + z2 / (4 * trials)) / trials)) / (1 + z2 / trials);
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === trials ? 1 : Math.min(1, centre + half),
  };
}
