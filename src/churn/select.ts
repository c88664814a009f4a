/**
 * Which of the candidates a churn entry takes. Every candidate has a draw of its own, keyed by its name, and those with
 * the smallest draws are taken: one more candidate shifts nobody else's draw.
 */
import type { Selection } from "../model/scenario.js";

/** Uniform draw in (0, 1) that belongs to a text. */
export type DrawOf = (name: string) => number;

/** Key of the one draw that belongs to no candidate: the percentage of `random-max-percent`. No object has this name. */
export const PERCENTAGE = "%";

/**
 * Takes from `candidates` (in the order of their names, without duplicates) by `selection`; the result keeps that order.
 * Percentages round down, as in Chaos Mesh: 25% of three is none.
 */
export function select(candidates: readonly string[], selection: Selection, drawOf: DrawOf): readonly string[] {
  const count = countOf(candidates.length, selection, drawOf);
  if (count >= candidates.length) return candidates;
  const ranked = candidates.map((name, index) => ({ index, draw: drawOf(name) }));
  ranked.sort((a, b) => a.draw - b.draw || a.index - b.index);
  const taken = new Set(ranked.slice(0, count).map(({ index }) => index));
  return candidates.filter((_, index) => taken.has(index));
}

function countOf(candidates: number, { mode, value }: Selection, drawOf: DrawOf): number {
  switch (mode) {
    case "one":
      return 1;
    case "all":
      return candidates;
    case "fixed":
      return value;
    case "fixed-percent":
      return Math.floor((candidates * value) / 100);
    case "random-max-percent": {
      const percentage = Math.floor(drawOf(PERCENTAGE) * (value + 1));
      return Math.floor((candidates * percentage) / 100);
    }
    default:
      return mode satisfies never;
  }
}
