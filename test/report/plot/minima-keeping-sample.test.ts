import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimaKeepingSample } from "../../../src/report/plot/minima-keeping-sample.js";

const VALUES = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN)), { maxLength: 60 });

describe("minimaKeepingSample", () => {
  test("never loses a dip of one bin", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.nat(),
        fc.integer({ min: 1, max: 500 }),
        (length, position, most) => {
          const values = new Array<number>(length).fill(1);
          values[position % length] = 0.5;
          expect(minimaKeepingSample(values, most).map(({ at }) => at)).toContain(position % length);
        },
      ),
      { seed: 4 },
    );
  });

  test("covers all values in order, each sample shown by its minimum", () => {
    fc.assert(
      fc.property(VALUES, fc.integer({ min: 1, max: 70 }), (values, most) => {
        const samples = minimaKeepingSample(values, most);
        expect(samples.length).toBe(Math.min(most, values.length));
        let next = 0;
        for (const { from, to, at } of samples) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          const known = values.slice(from, to).filter((value) => !Number.isNaN(value));
          expect(values[at]).toBe(known.length === 0 ? Number.NaN : Math.min(...known));
          next = to;
        }
        expect(next).toBe(values.length);
      }),
      { seed: 5 },
    );
  });
});
