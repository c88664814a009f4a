import { describe, expect, test } from "vitest";
import { groupedCount, momentText, percentText, sleepText, spanText } from "../../src/report/figure-text.js";

describe("figures as text", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1_000, "1,000"],
    [18_003, "18,003"],
    [1_234_567, "1,234,567"],
    [-24_000, "−24,000"],
    [Number.NaN, "–"],
  ])("groupedCount(%d) is %s", (count, text) => {
    expect(groupedCount(count)).toBe(text);
  });

  test.each([
    [0, "0 s"],
    [250, "250 µs"],
    [3_449, "3.4 ms"],
    [9_949, "9.9 ms"],
    [9_950, "10 ms"],
    [250_400, "250 ms"],
    [999_499, "999 ms"],
    [999_500, "1.0 s"],
    [-3_100_000, "−3.1 s"],
    [119_940_000, "119.9 s"],
    [125_400_000, "2 min 5 s"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("spanText(%d) is %s", (span, text) => {
    expect(spanText(span)).toBe(text);
  });

  test("a sleep is rounded up, a moment has milliseconds", () => {
    expect(sleepText(3_100_001)).toBe("3.2 s");
    expect(sleepText(3_100_000)).toBe("3.1 s");
    expect(momentText(-1_500_499)).toBe("−1.500 s");
  });

  test("only all of all is 100 %", () => {
    expect(percentText(17_979, 18_003)).toBe("99.86 %");
    expect(percentText(999_999, 1_000_000)).toBe("99.99 %");
    expect(percentText(5, 5)).toBe("100 %");
    expect(percentText(0, 5)).toBe("0.00 %");
    expect(percentText(0, 0)).toBe("–");
  });
});
