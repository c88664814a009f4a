import { expect, test } from "vitest";
import { isBelow, isInZones } from "../../src/dns/zone.js";

test("a domain is matched label by label", () => {
  expect(["a.b", "x.a.b", "xa.b", "b"].map((name) => isBelow(name, "a.b"))).toEqual([true, true, false, false]);
});

test("everything is in the root zone, and nothing in no zone", () => {
  expect([isInZones("a.b", [""]), isInZones("a.b", []), isInZones("a.b", ["c", "b"])]).toEqual([true, false, true]);
});
