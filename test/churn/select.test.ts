import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PERCENTAGE, select } from "../../src/churn/select.js";
import { Random, uniform } from "../../src/engine/random.js";
import type { Selection } from "../../src/model/scenario.js";

const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
const draws: Readonly<Record<string, number>> = { a: 0.9, b: 0.2, c: 0.5, d: 0.1, e: 0.7, [PERCENTAGE]: 0.495 };
const drawOf = (name: string): number => draws[name] ?? 0.95;

function hashed(seed: string) {
  const random = new Random(seed);
  return (name: string): number => uniform(random.key("churn", `select x ${name}`), 0);
}

describe("select", () => {
  it.each<readonly [Selection, readonly string[]]>([
    [{ mode: "one", value: 0 }, ["d"]],
    [{ mode: "all", value: 0 }, names],
    [{ mode: "fixed", value: 3 }, ["b", "c", "d"]],
    [{ mode: "fixed", value: 99 }, names],
    [{ mode: "fixed-percent", value: 25 }, ["b", "d"]],
    [{ mode: "fixed-percent", value: 9 }, []],
    [{ mode: "fixed-percent", value: 100 }, names],
    // ⌊0.495 × 61⌋ = 30 percent
    [{ mode: "random-max-percent", value: 60 }, ["b", "c", "d"]],
    [{ mode: "random-max-percent", value: 0 }, []],
  ])("%j", (selection, expected) => {
    expect(select(names, selection, drawOf)).toEqual(expected);
  });

  it("takes nothing from nothing", () => {
    for (const mode of ["one", "all", "fixed", "fixed-percent", "random-max-percent"] as const) {
      expect(select([], { mode, value: 50 }, drawOf)).toEqual([]);
    }
  });

  it("another candidate changes nobody else's luck", () => {
    const candidates = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(candidates, fc.string(), fc.integer({ min: 1, max: 5 }), ([extra, ...rest], seed, value) => {
        const before = select([...rest].sort(), { mode: "fixed", value }, hashed(seed));
        const after = select([extra!, ...rest].sort(), { mode: "fixed", value }, hashed(seed));
        // The newcomer displaces at most one of those taken before, and nobody else comes in.
        expect(after.filter((name) => name !== extra && !before.includes(name))).toEqual([]);
      }),
      { seed: 7 },
    );
  });

  it("every candidate has the same chance", () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 5000; seed++) {
      const [name] = select(names, { mode: "one", value: 0 }, hashed(String(seed)));
      counts.set(name!, (counts.get(name!) ?? 0) + 1);
    }
    // Binomial(5000, 0.1): mean 500, standard deviation 21.
    for (const name of names) expect(Math.abs((counts.get(name) ?? 0) - 500)).toBeLessThan(5 * 21.3);
  });
});
