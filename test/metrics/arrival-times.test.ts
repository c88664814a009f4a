import { expect, test } from "vitest";
import { ArrivalTimes } from "../../src/metrics/arrival-times.js";

test("arrivals are counted exactly, both ends included", () => {
  const times = new ArrivalTimes();
  expect(times.countBetween(0, Number.POSITIVE_INFINITY)).toBe(0);
  for (let time = 0; time < 300; time++) for (let twice = 0; twice < 2; twice++) times.add(time * 10);
  expect(times.length).toBe(600);
  expect(times.countBetween(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(600);
  expect(times.countBetween(100, 120)).toBe(6);
  expect(times.countBetween(101, 119)).toBe(2);
  expect(times.countBetween(101, 109)).toBe(0);
  expect(times.countBetween(120, 100)).toBe(0);
  expect(times.countBetween(2_990, 5_000)).toBe(2);
});
