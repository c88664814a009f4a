import { describe, expect, test } from "vitest";
import { StepHistory } from "../../src/metrics/step-history.js";

function history(steps: readonly (readonly [number, number])[]): StepHistory {
  const made = new StepHistory();
  for (const [time, value] of steps) made.set(time, value);
  return made;
}

describe("a step history", () => {
  const steps = history([
    [-10, 3],
    [5, 4],
    [5, 7],
    [8, 7],
    [9, 1],
  ]);

  test("holds a value from its time on; the last one of an instant counts", () => {
    expect([-11, -10, 4, 5, 8, 9, 100].map((time) => steps.at(time))).toEqual([0, 3, 3, 7, 7, 1, 1]);
  });

  test("finds the largest value within bounds, both included", () => {
    expect(steps.maximum(-5, 4)).toBe(3);
    expect(steps.maximum(-5, 5)).toBe(7);
    expect(steps.maximum(9, 20)).toBe(1);
    expect(steps.maximum(8, 20)).toBe(7);
    expect(steps.maximum(-100, -50)).toBe(0);
  });

  test("that is empty is zero", () => {
    expect([new StepHistory().at(0), new StepHistory().maximum(0, 10)]).toEqual([0, 0]);
  });
});
