import fc from "fast-check";
import { expect, test } from "vitest";
import { LabelledIndex } from "../../src/control-plane/labelled-index.js";
import { type Labels, matchesLabels } from "../../src/model/labels.js";

const labels: fc.Arbitrary<Labels> = fc.dictionary(
  fc.constantFrom("app", "tier", "constructor"),
  fc.constantFrom("a", "b", ""),
  { maxKeys: 3 },
);
const namespace = fc.constantFrom("default", "prod");

test("leaves out nobody with the required labels, through sets, replacements and deletions", () => {
  const step = fc.record({ key: fc.nat(8), namespace, labels, deleted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), namespace, labels, (steps, namespace, required) => {
      fc.pre(Object.keys(required).length > 0);
      const index = new LabelledIndex<number>();
      const present = new Map<string, { namespace: string; labels: Labels; value: number }>();
      for (const [value, { key, deleted, ...object }] of steps.entries()) {
        const name = String(key);
        const former = present.get(name);
        if (former !== undefined) index.delete(name, former.namespace, former.labels);
        present.delete(name);
        if (deleted) continue;
        index.set(name, object.namespace, object.labels, value);
        present.set(name, { ...object, value });
      }
      const candidates = [...index.candidates(namespace, required)];
      const expected = [...present.values()].filter(
        (object) => object.namespace === namespace && matchesLabels(required, object.labels),
      );
      expect(candidates).toEqual(expect.arrayContaining(expected.map(({ value }) => value)));
      const all = new Set([...present.values()].map(({ value }) => value));
      expect(candidates.every((value) => all.has(value))).toBe(true);
    }),
    { seed: 2, numRuns: 1_000 },
  );
});

test("goes through those with the rarest of the labels", () => {
  const index = new LabelledIndex<string>();
  for (const key of ["x", "y", "z"]) index.set(key, "default", { app: "web", tier: key }, key);
  expect([...index.candidates("default", { app: "web", tier: "y" })]).toEqual(["y"]);
  expect([...index.candidates("default", { app: "web", tier: "none" })]).toEqual([]);
});

test("refuses a selector without labels: nobody would be found", () => {
  expect(() => new LabelledIndex<number>().candidates("default", {})).toThrow("without labels");
});
