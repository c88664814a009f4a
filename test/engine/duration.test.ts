import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatDuration, HOUR, MILLISECOND, MINUTE, parseDuration, SECOND } from "../../src/engine/duration.js";

const LONGEST = 10 * 365 * 24 * HOUR;

describe("parseDuration", () => {
  test.each([
    ["0", 0],
    ["0s", 0],
    ["1us", 1],
    ["1µs", 1],
    ["250us", 250],
    ["250ms", 250 * MILLISECOND],
    ["1.5s", 1.5 * SECOND],
    [".5s", 0.5 * SECOND],
    ["0.1s", 100 * MILLISECOND],
    ["1h30m", 90 * MINUTE],
    ["1h0m0.000001s", HOUR + 1],
    ["30s1m", 90 * SECOND],
    ["0.4us", 0],
    ["0.5us", 1],
    ["87600h", LONGEST],
  ])("accepts %s as %d µs", (text, duration) => expect(parseDuration(text)).toBe(duration));

  test.each([
    "",
    " ",
    "1",
    "1.5",
    "-1s",
    "+1s",
    "1 s",
    " 1s",
    "1s ",
    "1S",
    "1ns",
    "1d",
    "1w",
    "s",
    ".s",
    "1.s",
    "1e3s",
    "1,5s",
    "Infinityh",
    "NaNs",
    "00",
    "87600h1us",
    `${"9".repeat(400)}h`,
  ])("refuses %j", (text) => expect(parseDuration(text)).toBeNull());
});

describe("formatDuration", () => {
  test.each([
    [0, "0s"],
    [1, "1us"],
    [999, "999us"],
    [1000, "1ms"],
    [1500, "1.5ms"],
    [SECOND, "1s"],
    [1_500_000, "1.5s"],
    [MINUTE, "1m"],
    [HOUR, "1h"],
    [90 * MINUTE, "1h30m"],
    [HOUR + 1, "1h0.000001s"],
    [HOUR + SECOND, "1h1s"],
    [-250, "-250us"],
    [-90 * MINUTE, "-1h30m"],
  ])("%d is %s", (duration, text) => expect(formatDuration(duration)).toBe(text));

  test("parseDuration reads back what formatDuration writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LONGEST }), (duration) => {
        expect(parseDuration(formatDuration(duration))).toBe(duration);
      }),
      { seed: 7, numRuns: 20_000 },
    );
  });
});
