import { describe, expect, test } from "vitest";
import { behaviourOf, NEWEST_MINOR, OLDEST_MINOR, parseVersion } from "../../src/model/kubernetes-version.js";

test.each([
  ["1.29", 29],
  ["v1.36", 36],
  ["1.37.4", 37],
  ["1.28", null],
  ["1.38", null],
  ["1.3", null],
  ["2.30", null],
  ["1.30-rc1", null],
  ["", null],
])("%j is the minor %s", (text, minor) => {
  expect(parseVersion(text)).toBe(minor);
});

describe("what changed when", () => {
  test.each([
    ["nodeMonitorGraceSeconds", 32, 40, 50],
    ["manualProbeRestartsPeriod", 32, false, true],
    ["requeueAtBackoffExpiry", 35, false, true],
    ["taintsInSamePass", 34, false, true],
    ["countsAvailableInTime", 34, false, true],
    ["countsTerminating", 35, false, true],
    ["schedulesFromBackoff", 33, false, true],
    ["bestEffortLeavesBalance", 33, false, true],
    ["scoresChangeOfBalance", 36, false, true],
    ["leadingEdgeRunner", 34, false, true],
    ["hourlyFullSync", 33, false, true],
    ["corefileSkipsClusterCache", 32, false, true],
  ] as const)("%s in 1.%i", (name, since, before, after) => {
    for (let minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor++) {
      expect(behaviourOf(minor)[name]).toBe(minor >= since ? after : before);
    }
  });
});
