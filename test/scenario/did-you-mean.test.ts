import { expect, it } from "vitest";
import { didYouMean, nearest } from "../../src/scenario/did-you-mean.js";

it.each<readonly [string, readonly string[], string | null]>([
  ["wbe", ["api", "web"], "web"],
  ["Web", ["web"], "web"],
  ["trafic", ["cluster", "traffic"], "traffic"],
  ["crashnode", ["crash-node"], "crash-node"],
  ["web", [], null],
  ["xyzzy", ["web"], null],
  ["a", ["b", "a"], "a"],
  ["x".repeat(100_000), ["x"], null],
  ["", ["web"], null],
])("%s among %j", (text, known, expected) => {
  expect(nearest(text, known)).toBe(expected);
});

it("lists what there is when nothing is near", () => {
  expect(didYouMean("xyzzy", ["a", "b"], "nodes")).toBe("nodes: a, b");
  expect(didYouMean("xyzzy", [])).toBe("");
});
