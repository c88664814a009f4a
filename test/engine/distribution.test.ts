import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, constant, type Distribution } from "../../src/engine/distribution.js";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";

const KINDS: readonly Distribution[] = [
  constant(5),
  { kind: "uniform", min: 10, max: 1000 },
  { kind: "exponential", mean: SECOND },
  { kind: "normal", mean: 100 * MILLISECOND, stddev: 60 * MILLISECOND, min: 10 * MILLISECOND },
  { kind: "lognormal", median: 5 * MILLISECOND, p99: 80 * MILLISECOND },
  { kind: "empirical", values: [30, 10, 20, 20] },
];

/** The uniforms that a keyed draw can give. */
const drawn = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((bits) => (bits + 0.5) / 2 ** 32);

describe.each(KINDS)("$kind", (distribution) => {
  const { quantile, minimum, maximum } = compile(distribution);

  test("never decreases, stays within its bounds, and gives whole microseconds", () => {
    fc.assert(
      fc.property(drawn, drawn, (u, v) => {
        const [low, high] = [quantile(Math.min(u, v)), quantile(Math.max(u, v))];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(minimum);
        expect(high).toBeLessThanOrEqual(maximum);
        expect(Number.isSafeInteger(low)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(0);
      }),
      { seed: 11, numRuns: 5_000 },
    );
  });

  test("reaches its bounds at the smallest and the largest draw", () => {
    expect(quantile(0.5 / 2 ** 32)).toBe(minimum);
    expect(quantile(1 - 0.5 / 2 ** 32)).toBe(maximum);
  });
});

describe("quantiles", () => {
  test("a constant is always its value", () => {
    expect(compile(constant(5))).toMatchObject({ minimum: 5, maximum: 5 });
  });

  test("uniform: both ends and the middle", () => {
    const { quantile, minimum, maximum } = compile({ kind: "uniform", min: 10, max: 1000 });
    expect([minimum, quantile(0.5), maximum]).toEqual([10, 505, 1000]);
  });

  test("exponential: the median is mean × ln 2, the mean of all quantiles is the mean", () => {
    const { quantile } = compile({ kind: "exponential", mean: SECOND });
    expect(quantile(0.5)).toBe(693_147);
    const count = 100_000;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += quantile((i + 0.5) / count);
    expect(sum / count).toBeCloseTo(SECOND, -2);
  });

  test("normal: the mean at one half, 1.96 deviations at 97.5 %, cut off at min", () => {
    const { quantile, minimum } = compile({ kind: "normal", mean: 100_000, stddev: 60_000, min: 10_000 });
    expect([quantile(0.5), quantile(0.975), minimum]).toEqual([100_000, 217_598, 10_000]);
  });

  test("lognormal: median and p99 come out", () => {
    const { quantile } = compile({ kind: "lognormal", median: 5_000, p99: 80_000 });
    expect([quantile(0.5), quantile(0.99)]).toEqual([5_000, 80_000]);
  });

  test("lognormal: p99 = median, and median 0, are constants", () => {
    expect(compile({ kind: "lognormal", median: 7, p99: 7 })).toMatchObject({ minimum: 7, maximum: 7 });
    expect(compile({ kind: "lognormal", median: 0, p99: 9 })).toMatchObject({ minimum: 0, maximum: 0 });
  });

  test("empirical: each value has its share, in order; the input keeps its order", () => {
    const values = [30, 10, 20, 20];
    const { quantile } = compile({ kind: "empirical", values });
    expect([0.1, 0.3, 0.6, 0.9].map(quantile)).toEqual([10, 20, 20, 30]);
    expect(values).toEqual([30, 10, 20, 20]);
  });

  test("a negative value becomes 0", () => {
    expect(compile({ kind: "normal", mean: 0, stddev: 1000, min: -5000 }).minimum).toBe(0);
  });
});
