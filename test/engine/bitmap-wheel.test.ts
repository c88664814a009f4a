import fc from "fast-check";
import { expect, test } from "vitest";
import { BitmapWheel } from "../../src/engine/bitmap-wheel.js";

interface Entry {
  readonly name: number;
  next: Entry | null;
}

function namesOf(first: Entry | null): number[] {
  const names: number[] = [];
  for (let entry = first; entry !== null; entry = entry.next) names.push(entry.name);
  return names.sort((x, y) => x - y);
}

test.each([32, 256])("finds each used slot of %d, at its distance, with all its entries", (length) => {
  const slots = fc.array(fc.integer({ min: 1, max: length }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), slots, (origin, distances) => {
      const wheel = new BitmapWheel<Entry>(length);
      for (const [name, distance] of distances.entries()) wheel.add(origin + distance, { name, next: null });
      let slot = origin;
      for (const distance of [...new Set(distances)].sort((x, y) => x - y)) {
        expect(slot + wheel.distanceAfter(slot)).toBe(origin + distance);
        slot = origin + distance;
        const names = distances.flatMap((each, name) => (each === distance ? [name] : []));
        expect(namesOf(wheel.take(slot))).toEqual(names);
        expect(wheel.take(slot)).toBeNull();
      }
      expect(wheel.distanceAfter(slot)).toBe(0);
    }),
    { seed: 10, numRuns: 500 },
  );
});
