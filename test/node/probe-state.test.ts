import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { firstTick, initialDelayEnd } from "../../src/node/probe-schedule.js";
import {
  INITIAL_PROBE_STATE,
  isSettled,
  nextProbeState,
  type ProbeState,
  stateOfNewContainer,
} from "../../src/node/probe-state.js";

const thresholds = { successThreshold: 2, failureThreshold: 3 };
const probedWith = (answers: string, from: ProbeState = INITIAL_PROBE_STATE): ProbeState =>
  [...answers].reduce((state, answer) => nextProbeState(state, answer === "+", thresholds), from);

describe("nextProbeState", () => {
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
    expect(probedWith(answers).ready).toBe(ready);
  });

  it("keeps the run of results over a restart, so that one success is enough after a row of successes", () => {
    const restarted = stateOfNewContainer(probedWith("+++"));
    expect(restarted.ready).toBe(false);
    expect(probedWith("+", restarted).ready).toBe(true);
    expect(probedWith("-+", restarted).ready).toBe(false);
  });

  it("publishes exactly the result of the last run that reached its threshold", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (answers) => {
        let state = INITIAL_PROBE_STATE;
        let expected = false;
        for (const [index, answer] of answers.entries()) {
          state = nextProbeState(state, answer, thresholds);
          const length = answer ? thresholds.successThreshold : thresholds.failureThreshold;
          const run = answers.slice(Math.max(0, index + 1 - length), index + 1);
          if (run.length === length && run.every((one) => one === answer)) expected = answer;
          expect(state.ready).toBe(expected);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("nothing changes by answers that it is settled for", () => {
    expect(isSettled(probedWith("++"), true)).toBe(true);
    expect(isSettled(probedWith("++-"), true)).toBe(false);
    expect(isSettled(probedWith("++"), false)).toBe(false);
    expect(isSettled(INITIAL_PROBE_STATE, false)).toBe(true);
  });
});

describe("ticks", () => {
  it.each([
    [3, 3, 3],
    [3, 4, 13],
    [3, 13, 13],
    [7, -20, -13],
  ])("anchor %d s, at or after %d s: %d s", (anchor, time, tick) => {
    const ticks = { anchor: anchor * SECOND, period: 10 * SECOND };
    expect(firstTick(ticks, time * SECOND)).toBe(tick * SECOND);
  });

  it("never comes when nothing changes", () => {
    expect(firstTick({ anchor: 0, period: SECOND }, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });

  it("the initial delay counts from the whole second of the start", () => {
    expect(initialDelayEnd(5_900_000, 0)).toBe(5_900_000);
    expect(initialDelayEnd(5_900_000, 7)).toBe(12 * SECOND);
    expect(initialDelayEnd(5_000_000, 7)).toBe(12 * SECOND);
  });
});
