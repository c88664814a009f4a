import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Action } from "../../src/model/verdict.js";
import { SYN_LINEAR_TIMEOUTS } from "../../src/network/syn.js";
import { type DialStep, nextDialStep } from "../../src/network/tcp-dial.js";

const ONE_WAY = 50;
const UNREACHABLE_AFTER = 3_060_000;

function step(action: Action, elapsed: number, timeout: number, synLinearTimeouts = SYN_LINEAR_TIMEOUTS): DialStep {
  const verdict = Object.freeze({ action, oneWay: ONE_WAY, unreachableAfter: UNREACHABLE_AFTER });
  const next: DialStep = { outcome: "connected", at: Number.NaN };
  nextDialStep(verdict, elapsed, Object.freeze({ timeout, synLinearTimeouts }), next);
  return next;
}

describe("after a SYN", () => {
  test.each([
    ["that was accepted, the client knows a round trip later", Action.deliver, 0, "connected", 2 * ONE_WAY],
    ["that was accepted in the end", Action.deliver, 3 * SECOND, "connected", 3 * SECOND + 2 * ONE_WAY],
    ["that was refused, a round trip passes as well", Action.refuse, SECOND, "refused", SECOND + 2 * ONE_WAY],
    ["to a dead neighbour, the error takes its time", Action.unreachable, SECOND, "unreachable", 4_060_000],
    ["that nobody answers, the next one is due", Action.blackHole, 0, "again", SECOND],
    ["that no rule knows, the next one is due", Action.unknown, 5 * SECOND, "again", 7 * SECOND],
  ] as const)("%s", (_, action, elapsed, outcome, at) => {
    expect(step(action, elapsed, 60 * SECOND)).toEqual({ outcome, at });
  });

  test.each([
    ["before the next SYN", Action.blackHole, 0.5 * SECOND, 0.5 * SECOND],
    ["together with the next SYN", Action.blackHole, SECOND, SECOND],
    ["before the error of a dead neighbour", Action.unreachable, 3 * SECOND, 3 * SECOND],
    ["together with that error", Action.unreachable, UNREACHABLE_AFTER, UNREACHABLE_AFTER],
  ] as const)("the client gives up when its time is over %s", (_, action, timeout, at) => {
    expect(step(action, 0, timeout)).toEqual({ outcome: "timed-out", at });
  });

  test("an answer counts even when it comes behind the client's time-out", () => {
    expect(step(Action.deliver, 0, ONE_WAY).outcome).toBe("connected");
    expect(step(Action.refuse, 0, ONE_WAY).outcome).toBe("refused");
  });

  test.each([
    [4, 67, 131],
    [0, 63, 127],
  ])("with %i linear time-outs, the kernel gives up behind the one at %i s: after %i s", (linear, last, end) => {
    expect(step(Action.blackHole, (last - 1) * SECOND, 1000 * SECOND, linear)).toEqual({
      outcome: "again",
      at: last * SECOND,
    });
    expect(step(Action.blackHole, last * SECOND, 1000 * SECOND, linear)).toEqual({
      outcome: "timed-out",
      at: end * SECOND,
    });
  });

  test("past the end of the series, the client waits for its own time-out", () => {
    expect(step(Action.blackHole, 200 * SECOND, 300 * SECOND)).toEqual({ outcome: "timed-out", at: 300 * SECOND });
  });
});
