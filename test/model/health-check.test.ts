import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { type Health, isSettled, NEVER_CHECKED, nextChange, nextHealth } from "../../src/model/health-check.js";
import { firstTick } from "../../src/model/ticks.js";

const thresholds = { up: 2, down: 3 };
const checkedWith = (answers: string, from: Health = NEVER_CHECKED): Health =>
  [...answers].reduce((state, answer) => nextHealth(state, answer === "+", thresholds), from);

describe("nextHealth", () => {
  it.each([
    ["", false],
    ["+", false],
    ["++", true],
    ["+-+", false],
    ["++--", true],
    ["++---", false],
    ["++--+--", true],
    ["++---+", false],
    ["++---++", true],
  ])("answers %s", (answers, ready) => {
    expect(checkedWith(answers).healthy).toBe(ready);
  });

  it("publishes exactly the result of the last run that reached its threshold", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (answers) => {
        let state = NEVER_CHECKED;
        let expected = false;
        for (const [index, answer] of answers.entries()) {
          state = nextHealth(state, answer, thresholds);
          const length = answer ? thresholds.up : thresholds.down;
          const run = answers.slice(Math.max(0, index + 1 - length), index + 1);
          if (run.length === length && run.every((one) => one === answer)) expected = answer;
          expect(state.healthy).toBe(expected);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("nothing changes by answers that it is settled for", () => {
    expect(isSettled(checkedWith("++"), true)).toBe(true);
    expect(isSettled(checkedWith("++-"), true)).toBe(false);
    expect(isSettled(checkedWith("++"), false)).toBe(false);
    expect(isSettled(NEVER_CHECKED, false)).toBe(true);
  });
});

describe("ticks", () => {
  it.each([
    [3, 3, 3],
    [3, 4, 13],
    [3, 13, 13],
    [7, -20, -13],
  ])("anchor %d s, at or after %d s: %d s", (anchor, time, tick) => {
    const ticks = { phase: anchor * SECOND, interval: 10 * SECOND };
    expect(firstTick(ticks, time * SECOND)).toBe(tick * SECOND);
  });

  it("never comes when nothing changes", () => {
    expect(firstTick({ phase: 0, interval: SECOND }, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("nextChange", () => {
  const check = { phase: 0, interval: 10, up: 2, down: 3 };
  const healthy = checkedWith("++");

  it.each([
    ["a check that would change something", healthy, false, Number.POSITIVE_INFINITY, 30],
    ["one that would only interrupt a run", checkedWith("++-"), true, Number.POSITIVE_INFINITY, 30],
    ["none while all is as it was", healthy, true, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ["one behind the time until which it is known", healthy, true, 41, 50],
    ["each when nothing is known", healthy, true, 0, 30],
  ])("is %s", (_, health, answer, certainUntil, expected) => {
    expect(nextChange(check, health, 25, answer, certainUntil)).toBe(expected);
  });
});
