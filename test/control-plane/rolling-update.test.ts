import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scaleProportionally } from "../../src/control-plane/proportional-scaling.js";
import { nextRollingUpdateStep, resolveFenceposts } from "../../src/control-plane/rolling-update.js";

const set = (replicas: number, available: number) => ({ replicas, available });

describe("fenceposts", () => {
  test.each([
    [10, "25%", "25%", 3, 2],
    [1, "25%", "25%", 1, 0],
    [3, "25%", "25%", 1, 0],
    [4, "25%", "25%", 1, 1],
    [5, 0, "10%", 0, 1],
    [7, "10%", "30%", 1, 2],
    [10, 2, 0, 2, 0],
    [3, 0, 5, 0, 3],
    [0, "25%", "25%", 0, 0],
  ])("of %i replicas with surge %s and unavailable %s", (replicas, maxSurge, maxUnavailable, surge, unavailable) => {
    expect(resolveFenceposts({ maxSurge, maxUnavailable }, replicas)).toEqual({
      maxSurge: surge,
      maxUnavailable: unavailable,
    });
  });
});

const POSTS = { maxSurge: 3, maxUnavailable: 2 };

describe("a step of a rolling update of 10 replicas with 25 %", () => {
  test.each([
    ["the new one gets the surge", set(0, 0), [set(10, 10)], { kind: "scale-new", replicas: 3 }],
    [
      "then the old one gives up what may be unavailable",
      set(3, 0),
      [set(10, 10)],
      { kind: "scale-old", replicas: [8] },
    ],
    ["then the new one gets that", set(3, 0), [set(8, 8)], { kind: "scale-new", replicas: 5 }],
    ["then it waits", set(5, 0), [set(8, 8)], { kind: "none" }],
    ["one more is available", set(5, 1), [set(8, 8)], { kind: "scale-old", replicas: [7] }],
    [
      "unhealthy old pods go first, the oldest first",
      set(3, 3),
      [set(4, 1), set(6, 6)],
      { kind: "scale-old", replicas: [0, 5] },
    ],
    ["a new one that is too large shrinks", set(12, 12), [], { kind: "scale-new", replicas: 10 }],
    ["the old ones end at 0", set(10, 10), [set(2, 2)], { kind: "scale-old", replicas: [0] }],
    ["done", set(10, 10), [set(0, 0)], { kind: "none" }],
  ])("%s", (_name, newest, old, expected) => {
    expect(nextRollingUpdateStep(10, POSTS, newest, old)).toEqual(expected);
  });

  test("never exceeds surge nor lets availability fall below the minimum, and comes to an end", () => {
    const inputs = fc.record({
      replicas: fc.integer({ min: 1, max: 30 }),
      surge: fc.nat(8),
      unavailable: fc.nat(8),
      order: fc.array(fc.nat(1), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(inputs, ({ replicas, surge, unavailable, order }) => {
        const posts = resolveFenceposts({ maxSurge: surge, maxUnavailable: unavailable }, replicas);
        const old = { replicas, available: replicas };
        const newest = { replicas: 0, available: 0 };
        for (let i = 0; i < 300; i++) {
          const step = nextRollingUpdateStep(replicas, posts, newest, [old]);
          if ((order[i] ?? 1) === 1 && newest.available < newest.replicas) newest.available++;
          if (step.kind === "scale-new") newest.replicas = step.replicas;
          if (step.kind === "scale-old") old.replicas = old.available = step.replicas[0] ?? 0;
          expect(old.replicas + newest.replicas).toBeLessThanOrEqual(replicas + posts.maxSurge);
          expect(old.available + newest.available).toBeGreaterThanOrEqual(replicas - posts.maxUnavailable);
        }
        expect([old.replicas, newest.available]).toEqual([0, replicas]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe("proportional scaling", () => {
  const sized = (maxReplicas: number, ...replicas: number[]) =>
    replicas.map((each) => ({ replicas: each, maxReplicas }));
  test.each([
    ["up by half: shares stay, the largest gets the rest", 18, sized(13, 8, 5), [11, 7]],
    ["down", 7, sized(13, 8, 5), [4, 3]],
    ["of equals the newer grows", 11, sized(10, 5, 5), [5, 6]],
    ["of equals the older shrinks", 9, sized(10, 5, 5), [4, 5]],
    ["to nothing", 0, sized(13, 8, 5), [0, 0]],
    ["nothing to do", 13, sized(13, 8, 5), [8, 5]],
  ])("%s", (_name, allowed, active, expected) => {
    expect(scaleProportionally(allowed, active)).toEqual(expected);
  });
});
