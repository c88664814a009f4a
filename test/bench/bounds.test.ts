import { expect, test } from "vitest";
import { holds } from "../../bench/bounds.js";

const LINE = { case: "a case", metric: "cpu_s", now: 2 };

test.each([
  { line: LINE, kept: true },
  { line: { ...LINE, bound: { atMost: 2 } }, kept: true },
  { line: { ...LINE, bound: { atMost: 1.99 } }, kept: false },
  { line: { ...LINE, before: 3, bound: { timesBetter: 1.5 } }, kept: true },
  { line: { ...LINE, before: 3, bound: { timesBetter: 1.51 } }, kept: false },
  { line: { ...LINE, now: Number.NaN, bound: { atMost: 2 } }, kept: false },
  { line: { ...LINE, before: Number.NaN, bound: { timesBetter: 1 } }, kept: false },
  { line: { ...LINE, bound: { timesBetter: 1 } }, kept: false },
])("$line keeps its bound: $kept", ({ line, kept }) => {
  expect(holds(line)).toBe(kept);
});
