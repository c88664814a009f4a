import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseQuantity } from "../../src/scenario/quantity.js";

describe("quantity", () => {
  test.each([
    ["500m", "milli", 500],
    ["1.1", "milli", 1100],
    ["0.0001", "milli", 1],
    ["2", "milli", 2000],
    ["2k", "unit", 2000],
    ["100u", "milli", 1],
    ["256Mi", "unit", 268435456],
    ["1.5Gi", "unit", 1610612736],
    ["16Gi", "unit", 17179869184],
    ["1e3", "unit", 1000],
    ["1E3", "unit", 1000],
    ["1E", "unit", Number.MAX_SAFE_INTEGER],
    ["1P", "unit", 1000000000000000],
    [".5", "milli", 500],
    ["5.", "milli", 5000],
    ["+1", "unit", 1],
    ["1m", "unit", 1],
    ["0", "unit", 0],
    ["-0", "unit", 0],
    ["-1", "unit", null],
    ["", "unit", null],
    [".", "unit", null],
    ["1 Gi", "unit", null],
    ["1gi", "unit", null],
    ["1KiB", "unit", null],
    ["1e400", "unit", Number.MAX_SAFE_INTEGER],
    ["1e4000", "unit", null],
    ["1e-400", "unit", 1],
    ["NaN", "unit", null],
    ["9".repeat(65), "unit", null],
  ] as const)("%s in %s is %s", (text, unit, value) => {
    expect(parseQuantity(text, unit)).toBe(value);
  });

  test("whole millicores come back as they are", () => {
    fc.assert(
      fc.property(fc.nat(), (millis) => {
        expect(parseQuantity(`${millis}m`, "milli")).toBe(millis);
        expect(parseQuantity(`${Math.floor(millis / 1000)}.${String(millis % 1000).padStart(3, "0")}`, "milli")).toBe(
          millis,
        );
      }),
      { seed: 1 },
    );
  });
});
