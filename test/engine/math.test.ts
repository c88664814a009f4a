import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp, ln, normalQuantile } from "../../src/engine/math.js";

const SEED = 20260101;

function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}

describe("ln", () => {
  test("ln 1 is exactly 0", () => expect(ln(1)).toBe(0));

  test("is Math.log within 1e-14, relative, for normal numbers", () => {
    const normal = fc.double({ min: 2.3e-308, max: 1.7e308, noNaN: true });
    fc.assert(
      fc.property(normal, (x) => relativeError(ln(x), Math.log(x)) < 1e-14),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  test("is Math.log within 1e-14 around 1, where the logarithm vanishes", () => {
    for (let i = -1000; i <= 1000; i++)
      expect(relativeError(ln(1 + i / 2000), Math.log(1 + i / 2000))).toBeLessThan(1e-14);
  });
});

describe("exp", () => {
  test("exp 0 is exactly 1", () => expect(exp(0)).toBe(1));

  test("is Math.exp within 1e-14, relative, between -700 and 700", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => relativeError(exp(x), Math.exp(x)) < 1e-14),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  test("undoes ln", () => {
    for (const x of [1e-9, 0.5, 1, Math.E, 12345.678]) expect(relativeError(exp(ln(x)), x)).toBeLessThan(1e-14);
  });
});

describe("normalQuantile", () => {
  // Exact values: R, qnorm(p, lower.tail = TRUE), to 15 digits.
  test.each([
    [0.5, 0],
    [0.75, 0.674489750196082],
    [0.9, 1.2815515655446],
    [0.975, 1.95996398454005],
    [0.99, 2.32634787404084],
    [0.999, 3.09023230616781],
    [0.01, -2.32634787404084],
    [1e-9, -5.99780701500768],
  ])("of %d is %d within 2e-9", (p, quantile) => {
    expect(relativeError(normalQuantile(p), quantile)).toBeLessThan(2e-9);
  });

  test("is odd about one half, and increases", () => {
    for (let i = 1; i < 5000; i++) {
      const p = i / 10_000;
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 9);
      expect(normalQuantile(p)).toBeLessThan(normalQuantile(p + 1e-4));
    }
  });
});

// Only + − × ÷ √: the same bits in every JavaScript engine. A change of these values changes every result.
test("known answers, to the last bit", () => {
  expect([3, 0.3, 1e-9, 12345.678, 1e300].map(ln)).toEqual([
    1.0986122886681098, -1.2039728043259361, -20.72326583694641, 9.421061321291832, 690.7755278982137,
  ]);
  expect([-1, 0.5, 20, -20, 300].map(exp)).toEqual([
    0.36787944117144233, 1.6487212707001282, 485165195.4097903, 2.061153622438558e-9, 1.9424263952412558e130,
  ]);
  expect([0.01, 0.99, 1e-9, 0.3].map(normalQuantile)).toEqual([
    -2.3263478743880275, 2.326347874388028, -5.997807015295328, -0.5244005132792953,
  ]);
});
