/** Pure parts of the command line: progress, code frames, names of folders. */
import { expect, it } from "vitest";
import { diagnosticsText } from "../../src/cli/diagnostics-text.js";
import { lineText, manyText } from "../../src/cli/progress.js";
import { defaultFolder } from "../../src/cli/results-folder.js";

it("the progress line tells simulated time, rate and, when the end is known, share and rest", () => {
  expect(lineText("simulating", 12_300_000, null, 40_000, 2)).toBe("simulating: 12.3 s simulated, 20,000 events/s");
  const line = "simulating: 15.0 s of 60.0 s (25 %), 10,000 events/s, 6 s left";
  expect(lineText("simulating", 15_000_000, 60_000_000, 20_000, 2)).toBe(line);
  expect(manyText(7, 24, 0.31, 2_620_000, 2)).toBe("7 of 24 runs (31 %), 1,310,000 events/s, 5 s left");
});

it("a long line is cut around the place, with the caret below it", () => {
  const text = `first\n${"x".repeat(400)}HERE${"y".repeat(400)}\n`;
  const location = { file: "a.yaml", line: 2, column: 401 };
  const diagnostic = {
    severity: "error",
    loud: false,
    location,
    path: "spec",
    message: "no",
    hint: "yes",
    subject: "",
  } as const;
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
