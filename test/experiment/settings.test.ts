/** What is varied, and what runs without a loss say. */
import { expect, it } from "vitest";
import { lossBound, lossSentence } from "../../src/experiment/loss-bound.js";
import { settings, splitValues } from "../../src/experiment/settings.js";

it("20 seeds without a loss bound its probability below 14 % at 95 %", () => {
  expect(lossBound(20)).toBeCloseTo(0.1391, 4);
  expect(lossSentence(20, 0, "seeds")).toBe("none lost in 20 seeds: below 14.0 % at 95 %");
  expect(lossSentence(20, 3, "seeds")).toBe("requests lost in 3 of 20 seeds");
});

it("settings are all combinations; commas within brackets do not part values", () => {
  expect(splitValues("1s, {uniform: {min: 1s, max: 2s}},3s")).toEqual(["1s", "{uniform: {min: 1s, max: 2s}}", "3s"]);
  expect(settings([], [])).toEqual([{ label: "", set: [], preStop: null }]);
  expect(settings(["a=1,2", "b=3"], [0, 5]).map(({ label, set }) => [label, ...set])).toEqual([
    ["preStop 0 s, a=1, b=3", "a=1", "b=3"],
    ["preStop 0 s, a=2, b=3", "a=2", "b=3"],
    ["preStop 5 s, a=1, b=3", "a=1", "b=3"],
    ["preStop 5 s, a=2, b=3", "a=2", "b=3"],
  ]);
  expect(() => settings(["a=1,,2"], [])).toThrow(/cannot read --vary/);
});
