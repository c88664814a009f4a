import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Latencies, quantileOfAll } from "../../src/metrics/latencies.js";

function of(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const value of values) latencies.add(value);
  return latencies;
}

describe("quantiles of latencies", () => {
  test("are nearest ranks", () => {
    const latencies = of([30, 10, 20, 40]);
    expect([0, 0.25, 0.26, 0.5, 0.75, 0.99, 1].map((q) => latencies.quantile(q))).toEqual([10, 10, 20, 20, 30, 40, 40]);
  });

  test("of nothing do not exist", () => {
    expect(of([]).quantile(0.5)).toBeNaN();
  });

  test("follow values that are added later", () => {
    const latencies = of([5]);
    expect(latencies.quantile(1)).toBe(5);
    latencies.add(3);
    latencies.add(9);
    expect([0.5, 1].map((q) => latencies.quantile(q))).toEqual([5, 9]);
  });

  test("do not wrap: a latency may be longer than 71 minutes, which is where 32 bits end", () => {
    const long = 4_295 * SECOND;
    const latencies = of([long, 5 * SECOND, long + 1]);
    expect([0.1, 0.5, 1].map((q) => latencies.quantile(q))).toEqual([5 * SECOND, long, long + 1]);
    expect(latencies.countUpTo(long)).toBe(2);
    latencies.add(7);
    expect(latencies.quantile(0.5)).toBe(5 * SECOND);
    expect(quantileOfAll([of([1]), latencies], 1)).toBe(long + 1);
  });

  test("of several collections are those of all their values, and a collection may be empty", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_000);
    const parts = [of([1_000]), of(many), of([]), of([1_001])];
    expect([0, 0.5, 1].map((q) => quantileOfAll(parts, q))).toEqual([0, 500, 1_001]);
    expect(quantileOfAll([of([]), of([])], 0.5)).toBeNaN();
    expect(quantileOfAll([], 0.5)).toBeNaN();
  });

  test("of as many collections as two days have seconds", () => {
    const parts = Array.from({ length: 172_800 }, (_, index) => of([index]));
    expect([0, 0.5, 1].map((q) => quantileOfAll(parts, q))).toEqual([0, 86_399, 172_799]);
  });

  test("equal those of a sorted array, for one collection and for its parts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2 ** 40), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const sorted = [...values].sort((x, y) => x - y);
          const expected = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
          const latencies = of(values);
          expect(latencies.quantile(q)).toBe(expected);
          expect(latencies.length).toBe(values.length);
          const cut = Math.floor(values.length / 3);
          expect(quantileOfAll([of(values.slice(cut)), of(values.slice(0, cut))], q)).toBe(expected);
        },
      ),
      { seed: 6 },
    );
  });
});
