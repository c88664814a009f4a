import { describe, expect, test } from "vitest";
import { KeptAddresses, UNTIL_REPLACED } from "../../src/model/kept-addresses.js";

/** "addresses from–until" of each interval. */
function intervals(kept: KeptAddresses): string[] {
  return kept.intervals.map(({ addresses, from, until }) => `${addresses.join("+")} ${from}–${until}`);
}

describe("kept addresses", () => {
  test("end when they expire, or when others are kept instead before that", () => {
    const kept = new KeptAddresses();
    kept.keep("web", [1, 2], 10, 40);
    kept.keep("web", [1, 3], 30, 60);
    kept.keep("web", [3], 70, 100);
    expect(intervals(kept)).toEqual(["1+2 10–30", "1+3 30–60", "3 70–100"]);
  });

  test("go on when the same are kept again before they end, in whatever order", () => {
    const kept = new KeptAddresses();
    kept.keep("web", [1, 2], 10, 40);
    kept.keep("web", [2, 1], 40, 70);
    kept.keep("web", [2, 1], 71, 90);
    expect(intervals(kept)).toEqual(["1+2 10–70", "2+1 71–90"]);
  });

  test("that are kept until they are replaced end then, and not with the run", () => {
    const kept = new KeptAddresses();
    kept.keep("web", [1], 10, UNTIL_REPLACED);
    kept.keep("api", [2], 20, UNTIL_REPLACED);
    kept.keep("web", [], 30, UNTIL_REPLACED);
    expect(intervals(kept)).toEqual(["1 10–30", "2 20–NaN"]);
  });

  test("last longer when an expired answer is used all the same", () => {
    const kept = new KeptAddresses();
    kept.keep("web", [1], 10, 40);
    kept.used("web", 30);
    kept.used("web", 55);
    kept.used("other", 60);
    expect(intervals(kept)).toEqual(["1 10–55"]);
  });

  test("end with whoever kept them, but not those that had ended before", () => {
    const kept = new KeptAddresses();
    kept.keep("for ever", [1], 10, Number.POSITIVE_INFINITY);
    kept.keep("expired", [2], 10, 20);
    kept.endAll(50);
    kept.endAll(60);
    expect(intervals(kept)).toEqual(["1 10–50", "2 10–20"]);
  });
});
