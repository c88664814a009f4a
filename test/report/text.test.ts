import { describe, expect, test } from "vitest";
import { painter } from "../../src/report/paint.js";
import { printable } from "../../src/report/printable.js";
import { textTable } from "../../src/report/table.js";
import { wrap } from "../../src/report/wrap.js";

describe("text", () => {
  test("a table has columns as wide as their widest cell and no trailing spaces", () => {
    const rows = [["name", "count"], ["stale-rules", "24"], ["é", "1,000", ""], ["short"]];
    expect(textTable(rows, ["left", "right"], "  ")).toEqual([
      "  name         count",
      "  stale-rules     24",
      "  é            1,000",
      "  short",
    ]);
    expect(textTable([])).toEqual([]);
  });

  test("prose is wrapped under its first word, long words stay whole", () => {
    expect(wrap("one two three", 9, "> ")).toEqual(["> one two", "  three"]);
    expect(wrap("a /very/long/path b", 6)).toEqual(["a", "/very/long/path", "b"]);
    expect(wrap("", 10, "x ")).toEqual(["x "]);
  });

  test("control characters, overrides and lone surrogates are not printed", () => {
    expect(printable("a\u001b[31mb\nc\u202ed\ud800e\u0000\uffff")).toBe("a�[31mb c�d�e��");
    expect(printable("ünïcode 🙂")).toBe("ünïcode 🙂");
  });

  test("colours are off unless asked for", () => {
    expect(painter(false)("red", "x")).toBe("x");
    expect(painter(true)("red", "x")).toBe("\u001b[31mx\u001b[0m");
  });
});
