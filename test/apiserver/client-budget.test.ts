import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUDGETS, ClientBudget } from "../../src/apiserver/client-budget.js";
import { HOUR, SECOND } from "../../src/engine/duration.js";

describe("a client's budget", () => {
  test("lets a burst pass at once and then one request every 1/qps", () => {
    const budget = new ClientBudget({ qps: 20, burst: 3 });
    const admitted = Array.from({ length: 6 }, () => budget.admit(1000));
    expect(admitted).toEqual([1000, 1000, 1000, 51_000, 101_000, 151_000]);
  });

  test("saves up at most a burst", () => {
    const budget = new ClientBudget({ qps: 20, burst: 3 });
    for (let i = 0; i < 3; i++) budget.admit(0);
    expect(budget.admit(50_000)).toBe(50_000);
    for (let i = 0; i < 3; i++) expect(budget.admit(10 * HOUR)).toBe(10 * HOUR);
    expect(budget.admit(10 * HOUR)).toBe(10 * HOUR + 50_000);
  });

  test("counts those who wait", () => {
    const budget = new ClientBudget({ qps: 10, burst: 1 });
    expect([0, 0, 0].map((now) => budget.admit(now))).toEqual([0, 100_000, 200_000]);
    // two tokens are owed at time zero; one has come back by 100 ms
    expect(budget.admit(100_000)).toBe(300_000);
  });

  test("admits in the order of asking, never early, and never more than burst + qps × time", () => {
    const asks = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(asks, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 30 }), (gaps, qps, burst) => {
        const budget = new ClientBudget({ qps, burst });
        let now = 0;
        const admitted = gaps.map((gap) => {
          now += gap;
          const at = budget.admit(now);
          expect(at).toBeGreaterThanOrEqual(now);
          return at;
        });
        for (let i = 0; i < admitted.length; i++) {
          if (i > 0) expect(admitted[i]).toBeGreaterThanOrEqual(admitted[i - 1] ?? 0);
          for (let j = i; j < admitted.length; j++) {
            const time = (admitted[j] ?? 0) - (admitted[i] ?? 0);
            expect(j - i + 1).toBeLessThanOrEqual(burst + ((time + 1) * qps) / SECOND + 1e-9);
          }
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("of the real components is that of their defaults", () => {
    expect(BUDGETS).toEqual({
      kubelet: { qps: 50, burst: 100 },
      controllerManager: { qps: 20, burst: 30 },
      scheduler: { qps: 50, burst: 100 },
      kubectl: { qps: 50, burst: 300 },
      clientGo: { qps: 5, burst: 10 },
    });
  });
});
