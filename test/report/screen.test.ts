import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALWAYS, firstScreen, labelled, NEVER, type Passage } from "../../src/report/screen.js";
import { shellWord } from "../../src/report/shell-word.js";

function passage(name: string, rank: number, lines = 1, count = 1): Passage {
  return {
    rank,
    noun: [name, `${name}s`],
    lines: Array.from({ length: lines }, (_, line) => `${name} ${line}`),
    count,
  };
}

const rest = (text: string): string[] => [`more: ${text}`];

describe("the first screen", () => {
  test("shows everything while there is room, in the order of the page", () => {
    const passages = [passage("b", 2), passage("a", 1, 2)];
    expect(firstScreen(passages, [passage("tail", ALWAYS)], 4, rest)).toEqual(["b 0", "a 0", "a 1", "tail 0"]);
  });

  test("leaves out the highest rank, of equals the last, and counts what is left out", () => {
    const passages = [passage("c", 3), passage("b", 2), passage("b", 2), passage("a", 1)];
    expect(firstScreen(passages, [], 3, rest)).toEqual(["b 0", "a 0", "more: 1 c, 1 b"]);
    expect(firstScreen(passages, [], 2, rest)).toEqual(["a 0", "more: 1 c, 2 bs"]);
  });

  test("never has some passages and always has others", () => {
    const passages = [passage("x", NEVER, 1, 1_200), passage("a", 1), passage("always", ALWAYS, 3)];
    expect(firstScreen(passages, [], 20, rest)).toEqual(["a 0", "always 0", "always 1", "always 2", "more: 1,200 xs"]);
    expect(firstScreen(passages, [], 2, rest)).toEqual(["always 0", "always 1", "always 2", "more: 1,200 xs, 1 a"]);
  });

  test("keeps to its lines whatever it is given", () => {
    const passages = fc.array(
      fc.record({ rank: fc.integer({ min: 1, max: 5 }), lines: fc.integer({ min: 1, max: 6 }) }),
    );
    fc.assert(
      fc.property(passages, fc.integer({ min: 4, max: 20 }), (given, most) => {
        const made = given.map(({ rank, lines }, index) => passage(`p${index}`, rank, lines));
        const lines = firstScreen(made, [passage("tail", ALWAYS)], most, (text) => labelled("more", text, 400));
        expect(lines.length).toBeLessThanOrEqual(most);
      }),
      { seed: 7 },
    );
  });
});

test("a word that a shell would take apart is quoted", () => {
  expect(["results/web", "my results", "it's", ""].map(shellWord)).toEqual([
    "results/web",
    "'my results'",
    "'it'\\''s'",
    "''",
  ]);
});
