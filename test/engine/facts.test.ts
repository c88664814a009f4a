import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Facts, NO_FACT } from "../../src/engine/facts.js";

/** Facts whose i-th parent is `parents[i]`. */
function factsWith(parents: readonly number[]): Facts {
  const facts = new Facts();
  for (const [id, parent] of parents.entries()) facts.add(id * 10, 1, 0, 0, 0, parent);
  return facts;
}

describe("Facts", () => {
  test("interns: the same text has the same number, and reads back", () => {
    const facts = new Facts();
    const numbers = ["Pod/a", "Pod/b", "Pod/a", ""].map((text) => facts.intern(text));
    expect(numbers).toEqual([0, 1, 0, 2]);
    expect(numbers.map((number) => facts.text(number))).toEqual(["Pod/a", "Pod/b", "Pod/a", ""]);
  });

  test("keeps what was recorded", () => {
    const facts = new Facts();
    const [kubelet, pod, reason] = ["kubelet/node-1", "Pod/default/web-0", "SIGTERM"].map((text) => facts.intern(text));
    const root = facts.add(-5, 3, kubelet!, pod!, reason!, NO_FACT);
    expect(root).toBe(0);
    expect([facts.timeOf(0), facts.kindOf(0), facts.parentOf(0)]).toEqual([-5, 3, NO_FACT]);
    expect([facts.componentOf(0), facts.subjectOf(0), facts.objectOf(0)]).toEqual([
      "kubelet/node-1",
      "Pod/default/web-0",
      "SIGTERM",
    ]);
  });

  test("chain and root follow the parents", () => {
    const facts = factsWith([NO_FACT, 0, NO_FACT, 1, 3]);
    expect(facts.chain(4)).toEqual([4, 3, 1, 0]);
    expect([0, 1, 2, 3, 4].map((id) => facts.rootOf(id))).toEqual([0, 0, 2, 0, 0]);
    expect(facts.chain(NO_FACT)).toEqual([]);
    expect(facts.rootOf(NO_FACT)).toBe(NO_FACT);
  });

  test("holds more than one chunk", () => {
    const facts = factsWith(Array.from({ length: 10_000 }, (_, id) => id - 1));
    expect(facts.length).toBe(10_000);
    expect([4095, 4096, 9999].map((id) => facts.timeOf(id))).toEqual([40_950, 40_960, 99_990]);
    expect(facts.chain(9_999)).toHaveLength(10_000);
  });

  test("every chain descends to a root: parents have smaller ids than children", () => {
    const parents = fc.array(fc.nat()).map((naturals) => naturals.map((n, id) => (n % (id + 1)) - 1));
    fc.assert(
      fc.property(parents, (parents) => {
        const facts = factsWith(parents);
        for (const id of parents.keys()) {
          const chain = facts.chain(id);
          expect(chain).toEqual([...chain].sort((x, y) => y - x));
          expect(facts.parentOf(facts.rootOf(id))).toBe(NO_FACT);
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test.each([1, 2, 99])("refuses a parent that is not earlier: fact 1 caused by %d", (parent) => {
    const facts = factsWith([NO_FACT]);
    expect(() => facts.add(0, 1, 0, 0, 0, parent)).toThrow(RangeError);
    expect(facts.length).toBe(1);
  });

  test("knows no fact that was not recorded", () => {
    const facts = factsWith([NO_FACT]);
    for (const id of [-1, 1, 5000]) expect(() => facts.timeOf(id)).toThrow(RangeError);
  });
});
