/**
 * Sorting functions of the engines differ, and so do their results where a comparison is no order. Every comparison that runs
 * use is watched here: those of `sort`, of arrays and of typed arrays, and those of the heaps.
 */

import * as fc from "fast-check";
import FastPriorityQueue from "fastpriorityqueue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIGURES } from "../../src/report/plot/figures.js";
import { csvTexts, open, run, shippedText } from "../support/open.js";
import { randomScenario, textOf } from "../support/random-scenario.js";

type Compare = (x: unknown, y: unknown) => number;

/** Elements of one array that are compared with each other, and arrays of each comparison that are looked at. */
const ELEMENTS = 8;
const ARRAYS = 300;

/** The first fault that is found in each comparison, by its text; null for those without. */
const watched = new Map<string, string | null>();
const looks = new Map<string, number>();

function watch(text: string, elements: readonly unknown[], compare: Compare): void {
  const times = looks.get(text) ?? 0;
  if (elements.length < 2 || times === ARRAYS) return;
  looks.set(text, times + 1);
  const step = Math.max(1, Math.floor(elements.length / ELEMENTS));
  const distinct = [...new Set(elements.filter((_, i) => i % step === 0))];
  watched.set(text, watched.get(text) ?? fault(distinct, compare));
}

function fault(elements: readonly unknown[], compare: Compare): string | null {
  for (const x of elements) {
    for (const y of elements) {
      if (x === y) continue;
      const forth = Math.sign(compare(x, y));
      if (Number.isNaN(forth)) return "gives NaN";
      if (forth + Math.sign(compare(y, x)) !== 0) return "depends on which element comes first";
      for (const z of elements) {
        if (y === z || x === z) continue;
        if (forth <= 0 && compare(y, z) <= 0 && compare(x, z) > 0) return "goes round in a circle";
      }
    }
  }
  return null;
}

type Sort = (this: unknown[], compare?: Compare) => unknown[];

/** Puts a watch before the sorting method of a prototype; returns how to take it away. */
function tap(prototype: { sort: unknown }): () => void {
  const original = prototype.sort as Sort;
  prototype.sort = function (this: unknown[], compare?: Compare) {
    if (compare !== undefined) watch(compare.toString(), [...this], compare);
    return original.call(this, compare);
  };
  return () => {
    prototype.sort = original;
  };
}

function tapHeaps(): () => void {
  type Heap = { array: unknown[]; size: number; compare: (x: unknown, y: unknown) => boolean };
  const original = FastPriorityQueue.prototype.add;
  FastPriorityQueue.prototype.add = function (this: Heap, value: unknown) {
    const before = this.compare;
    const compare: Compare = (x, y) => (before(x, y) ? -1 : before(y, x) ? 1 : 0);
    original.call(this, value);
    watch(before.toString(), this.array.slice(0, this.size), compare);
  };
  return () => {
    FastPriorityQueue.prototype.add = original;
  };
}

const taps: (() => void)[] = [];
beforeAll(() => {
  taps.push(tap(Array.prototype), tap(Object.getPrototypeOf(Float64Array.prototype)), tapHeaps());
});
afterAll(() => {
  for (const untap of taps) untap();
});

test("a comparison that is no order is found", () => {
  const last = (x: number, y: number): number => (x < y ? -1 : 1);
  expect(fault([1, 2, 3], last as Compare)).toBeNull();
  expect(fault([{ n: 1 }, { n: 1 }], ((x: { n: number }, y: { n: number }) => last(x.n, y.n)) as Compare)).toContain(
    "first",
  );
  expect(fault([0, 1, 2], ((x: number, y: number) => ((y - x + 3) % 3 === 1 ? -1 : 1)) as Compare)).toContain("circle");
  expect(fault([0, 1], () => Number.NaN)).toContain("NaN");
});

describe("of all comparisons in", () => {
  const shipped = ["node-crash", "rolling-update", "negative-cache", "scale-down"];
  const random = fc.sample(randomScenario(), { seed: 7, numRuns: 12 }).map(textOf);
  const texts = [
    ...shipped.map((name) => [name, shippedText(name)]),
    ...random.map((text, i) => [`random ${i}`, text]),
  ];

  test.each(texts)("%s, none has a fault", (_name, text = "") => {
    const record = run(open(text));
    csvTexts(record);
    for (const { draw } of FIGURES) draw({ ...record, scenario: "", run: 0 } as never);
    expect([...watched].filter(([, fault]) => fault !== null)).toEqual([]);
  });

  test("these runs, many were watched", () => {
    expect(watched.size).toBeGreaterThan(18);
  });
});
