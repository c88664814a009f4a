import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { terminationTimes } from "../../src/node/pod-termination.js";

describe("terminationTimes", () => {
  it.each([
    // grace, preStop, SIGTERM, SIGKILL
    [30, null, 0, 30],
    [30, 0, 0, 30],
    [30, 5, 5, 30],
    [30, 28, 28, 30],
    [30, 29, 29, 31],
    [30, 30, 30, 32],
    [30, 100, 30, 32],
    [1, null, 0, 2],
    [1, 20, 1, 3],
  ])("grace %d, preStop %s", (grace, preStop, sigterm, sigkill) => {
    expect(terminationTimes(grace, preStop)).toEqual({ sigterm: sigterm * SECOND, sigkill: sigkill * SECOND });
  });
});
