/** Pure parts of the command line: progress, settings of a bench, bounds, code frames. */
import { expect, it } from "vitest";
import { benchSettings, splitValues } from "../../src/cli/bench-settings.js";
import { diagnosticsText } from "../../src/cli/diagnostics-text.js";
import { lineText } from "../../src/cli/progress.js";
import { lossBound, lossSentence } from "../../src/cli/repetitions.js";
import { defaultFolder } from "../../src/cli/results-folder.js";

it("the progress line tells simulated time, rate and, when the end is known, share and rest", () => {
  expect(lineText("simulating", 12_300_000, null, 40_000, 2)).toBe("simulating: 12.3 s simulated, 20,000 events/s");
  const line = "simulating: 15.0 s of 60.0 s (25 %), 10,000 events/s, 6 s left";
  expect(lineText("simulating", 15_000_000, 60_000_000, 20_000, 2)).toBe(line);
});

it("20 seeds without a loss bound its probability below 14 % at 95 %", () => {
  expect(lossBound(20)).toBeCloseTo(0.1391, 4);
  expect(lossSentence(20, 0, "seeds")).toBe("none lost in 20 seeds: below 14.0 % at 95 %");
  expect(lossSentence(20, 3, "seeds")).toBe("requests lost in 3 of 20 seeds");
});

it("settings are all combinations; commas within brackets do not part values", () => {
  expect(splitValues("1s, {uniform: {min: 1s, max: 2s}},3s")).toEqual(["1s", "{uniform: {min: 1s, max: 2s}}", "3s"]);
  expect(benchSettings([], [])).toEqual([{ label: "", set: [], preStop: null }]);
  expect(benchSettings(["a=1,2", "b=3"], [0, 5]).map(({ label, set }) => [label, ...set])).toEqual([
    ["preStop 0 s, a=1, b=3", "a=1", "b=3"],
    ["preStop 0 s, a=2, b=3", "a=2", "b=3"],
    ["preStop 5 s, a=1, b=3", "a=1", "b=3"],
    ["preStop 5 s, a=2, b=3", "a=2", "b=3"],
  ]);
  expect(() => benchSettings(["a=1,,2"], [])).toThrow(/cannot read --vary/);
});

it("a long line is cut around the place, with the caret below it", () => {
  const text = `first\n${"x".repeat(400)}HERE${"y".repeat(400)}\n`;
  const location = { file: "a.yaml", line: 2, column: 401 };
  const diagnostic = { severity: "error", loud: false, location, path: "spec", message: "no", hint: "yes" } as const;
  const [head, frame = "", caret = "", hint] = diagnosticsText([diagnostic], [{ name: "a.yaml", text }]).split("\n");
  expect([head, hint]).toEqual(["a.yaml:2:401: error: spec: no", "  hint: yes"]);
  expect(frame.length).toBeLessThan(120);
  expect(frame.slice(caret.indexOf("^")).startsWith("HERE")).toBe(true);
});

it("results have a folder below results/ whatever the name is", () => {
  expect(["web", "../up", "..", "a b/c", "."].map(defaultFolder)).toEqual([
    "results/web",
    "results/-up",
    "results/scenario",
    "results/a-b-c",
    "results/scenario",
  ]);
});
