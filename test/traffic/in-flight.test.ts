import { expect, test } from "vitest";
import { InFlight, type Slotted } from "../../src/traffic/in-flight.js";

test("elements are taken out in any order, and the list keeps the others", () => {
  const list = new InFlight<Slotted>();
  const elements: Slotted[] = Array.from({ length: 6 }, () => ({ slot: -1 }));
  for (const element of elements) list.add(element);
  const left = new Set(elements);
  for (const index of [2, 5, 0, 3]) {
    list.remove(elements[index]!);
    left.delete(elements[index]!);
    expect(list.length).toBe(left.size);
    expect(new Set(list)).toEqual(left);
  }
  for (const element of list.snapshot()) list.remove(element);
  expect([...list]).toEqual([]);
});
