/** The first screen: what is said, in the order of the page, cut to so many lines by a fixed priority. */
import { groupedCount } from "./figure-text.js";
import { wrap } from "./wrap.js";

/** Lines that are shown or left out together. */
export interface Passage {
  /** The lowest stay the longest; of equals the first. What has `ALWAYS` is never left out. */
  readonly rank: number;
  /** How it is counted when it is left out: one, several of them. */
  readonly noun: readonly [one: string, several: string];
  readonly lines: readonly string[];
  /** How many there are of what the noun says; left out: one. */
  readonly count?: number;
}

/** The rank of what no flag and no lack of space removes. */
export const ALWAYS = 0;
/** The rank of what a first screen never has. */
export const NEVER = Number.POSITIVE_INFINITY;

/** The first column of every line. */
export const LABEL_WIDTH = 10;

/** Text behind a label, lines below indented. */
export function labelled(label: string, text: string, width: number): string[] {
  return wrap(text, width, label.padEnd(LABEL_WIDTH), " ".repeat(LABEL_WIDTH));
}

/** All passages, in their order. */
export function wholeScreen(passages: readonly Passage[]): string[] {
  return passages.flatMap(({ lines }) => lines);
}

/**
 * At most `most` lines, if those that always stay leave room for it. `rest` gives the lines that tell of what was left out;
 * they come before the passages from `tail` on.
 */
export function firstScreen(
  passages: readonly Passage[],
  tail: readonly Passage[],
  most: number,
  rest: (text: string) => readonly string[],
): string[] {
  const space = most - linesOf(tail);
  let reserved = 0;
  for (;;) {
    const kept = keptWithin(passages, space - reserved);
    const left = passages.filter((passage) => !kept.has(passage));
    const told = left.length === 0 ? [] : rest(countText(left));
    if (told.length <= reserved) {
      return [...wholeScreen(passages.filter((each) => kept.has(each))), ...told, ...wholeScreen(tail)];
    }
    reserved = told.length;
  }
}

function linesOf(passages: readonly Passage[]): number {
  return passages.reduce((sum, { lines }) => sum + lines.length, 0);
}

function keptWithin(passages: readonly Passage[], space: number): ReadonlySet<Passage> {
  const kept = new Set<Passage>();
  let free = space;
  for (const passage of [...passages].sort((x, y) => compareRanks(x.rank, y.rank))) {
    if (passage.rank === NEVER) continue;
    if (passage.rank !== ALWAYS && passage.lines.length > free) continue;
    kept.add(passage);
    free -= passage.lines.length;
  }
  return kept;
}

function compareRanks(x: number, y: number): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

/** "2 warnings, 1 stage, 21 assumptions". */
function countText(left: readonly Passage[]): string {
  const counts = new Map<string, { readonly noun: Passage["noun"]; count: number }>();
  for (const { noun, count = 1 } of left) {
    const known = counts.get(noun[1]) ?? { noun, count: 0 };
    counts.set(noun[1], known);
    known.count += count;
  }
  return [...counts.values()]
    .map(({ noun, count }) => `${groupedCount(count)} ${noun[count === 1 ? 0 : 1]}`)
    .join(", ");
}
