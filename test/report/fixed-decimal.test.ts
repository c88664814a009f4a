import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixedDecimal, parseFixedDecimal } from "../../src/report/fixed-decimal.js";

describe("fixedDecimal", () => {
  test.each([
    [0, 6, "0.000000"],
    [-0, 3, "0.000"],
    [1, 6, "0.000001"],
    [-3_100_000, 6, "-3.100000"],
    [-250, 3, "-0.250"],
    [12_345, 3, "12.345"],
    [1_005, 3, "1.005"],
    [0.5, 0, "1"],
    [-0.4, 0, "0"],
    [42, 0, "42"],
    [315_360_000_000_000, 6, "315360000.000000"],
    [Number.NaN, 6, ""],
    [Number.POSITIVE_INFINITY, 6, ""],
    [Number.NEGATIVE_INFINITY, 0, ""],
  ])("%d with %d decimals is %s", (scaled, decimals, text) => {
    expect(fixedDecimal(scaled, decimals)).toBe(text);
  });

  test("is read back exactly", () => {
    const limit = 315_360_000_000_000;
    fc.assert(
      fc.property(fc.integer({ min: -limit, max: limit }), fc.integer({ min: 0, max: 6 }), (scaled, decimals) => {
        expect(parseFixedDecimal(fixedDecimal(scaled, decimals), decimals)).toBe(scaled);
      }),
      { seed: 1 },
    );
  });

  test.each(["", "x", "1.2.3", "1e3", "--1", " 1"])("%j is no number", (text) => {
    expect(parseFixedDecimal(text, 6)).toBeNaN();
  });
});
