import fc from "fast-check";
import { expect, test } from "vitest";
import { type Labels, matchesLabels } from "../../src/model/labels.js";
import { SelectorIndex } from "../../src/model/selector-index.js";

const labels: fc.Arbitrary<Labels> = fc.dictionary(
  fc.constantFrom("app", "tier", "constructor"),
  fc.constantFrom("a", "b", ""),
  { maxKeys: 3 },
);
const namespace = fc.constantFrom("default", "prod");

test("leaves out nobody whose selector matches, names nobody twice, and forgets who was deleted", () => {
  const entries = fc.array(fc.record({ namespace, selector: labels, deleted: fc.boolean() }), { maxLength: 30 });
  fc.assert(
    fc.property(entries, namespace, labels, (entries, namespace, labels) => {
      const index = new SelectorIndex<number>();
      for (const [i, entry] of entries.entries()) index.add(entry.namespace, entry.selector, i);
      for (const [i, entry] of entries.entries()) if (entry.deleted) index.delete(entry.namespace, entry.selector, i);
      const candidates = index.candidates(namespace, labels);
      expect(new Set(candidates).size).toBe(candidates.length);
      const matching = candidates.filter((i) => matchesLabels(entries[i]!.selector, labels));
      const expected = entries.flatMap((entry, i) =>
        !entry.deleted && entry.namespace === namespace && matchesLabels(entry.selector, labels) ? [i] : [],
      );
      expect(matching.sort((x, y) => x - y)).toEqual(expected);
      expect(candidates.some((i) => entries[i]!.deleted || entries[i]!.namespace !== namespace)).toBe(false);
    }),
    { seed: 1, numRuns: 1_000 },
  );
});

test("names only those who require one of the labels", () => {
  const index = new SelectorIndex<string>();
  index.add("default", { app: "a" }, "a");
  index.add("default", { app: "b" }, "b");
  index.add("default", {}, "everybody's");
  expect(index.candidates("default", { app: "b", tier: "a" })).toEqual(["everybody's", "b"]);
});
