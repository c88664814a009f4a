import { describe, expect, test } from "vitest";
import { NO_FACT } from "../../src/engine/facts.js";
import {
  type AttemptEnd,
  type AttemptResult,
  lostConnection,
  neverConnected,
  outcomeOf,
  succeeded,
} from "../../src/traffic/outcome.js";

function result(end: AttemptEnd, change: Partial<AttemptResult> = {}): AttemptResult {
  return { end, status: 200, reused: false, wrongPod: false, cause: "", causeFact: NO_FACT, ...change };
}

describe("the outcome of a request", () => {
  test.each([
    ["refused", "refused"],
    ["unreachable", "unreachable"],
    ["silent", "connect-timeout"],
    ["closed-idle", "reset"],
    ["closed-unanswered", "reset"],
    ["closed-midway", "reset"],
    ["timeout", "request-timeout"],
    ["status", "ok"],
  ] as const)("whose last attempt was %s is %s", (end, outcome) => {
    expect(outcomeOf(result(end))).toBe(outcome);
  });

  test.each([
    [200, "ok"],
    [404, "ok"],
    [499, "ok"],
    [500, "http-error"],
    [503, "http-error"],
  ])("that was answered %i is %s", (status, outcome) => {
    expect(outcomeOf(result("status", { status }))).toBe(outcome);
  });

  test("that another pod has answered is of the wrong pod, but for an error", () => {
    expect(outcomeOf(result("status", { wrongPod: true }))).toBe("wrong-pod");
    expect(outcomeOf(result("status", { wrongPod: true, status: 502 }))).toBe("http-error");
    expect(outcomeOf(result("timeout", { wrongPod: true }))).toBe("request-timeout");
  });
});

test.each<[AttemptEnd, boolean, boolean, boolean]>([
  ["refused", true, true, false],
  ["unreachable", true, true, false],
  ["silent", true, true, false],
  ["closed-idle", false, true, false],
  ["closed-unanswered", false, true, false],
  ["closed-midway", false, true, false],
  ["timeout", false, false, false],
  ["status", false, false, true],
])("%s: never connected %s, connection lost %s, succeeded %s", (end, never, lost, success) => {
  expect([neverConnected, lostConnection, succeeded].map((is) => is(result(end)))).toEqual([never, lost, success]);
});

test("a server error is no success", () => {
  expect(succeeded(result("status", { status: 503 }))).toBe(false);
});
