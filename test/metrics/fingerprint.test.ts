import { describe, expect, test } from "vitest";
import { Fingerprint } from "../../src/metrics/fingerprint.js";

function of(...parts: readonly (number | string)[]): string {
  const fingerprint = new Fingerprint();
  for (const part of parts) {
    if (typeof part === "number") fingerprint.number(part);
    else fingerprint.text(part);
  }
  return fingerprint.toString();
}

describe("a fingerprint", () => {
  test("is 16 hexadecimal digits, equal for equal parts", () => {
    expect(of(1, "a", Number.NaN)).toMatch(/^[0-9a-f]{16}$/);
    expect(of(1, "a", Number.NaN)).toBe(of(1, "a", Number.NaN));
  });

  test("depends on every part and on their order", () => {
    const samples = [
      of(),
      of(0),
      of(1),
      of(0, 0),
      of(0.5),
      of(-1),
      of(Number.NaN),
      of(1, 2),
      of(2, 1),
      of("a"),
      of("b"),
      of("a", "b"),
      of("ab"),
      of("ba"),
      of("", "ab"),
      of(4294967296),
      of(4294967297),
    ];
    expect(new Set(samples).size).toBe(samples.length);
  });

  test("does not collide on small changes of long inputs", () => {
    const seen = new Set<string>();
    for (let changed = 0; changed < 2000; changed++) {
      const fingerprint = new Fingerprint();
      for (let i = 0; i < 50; i++) fingerprint.number(i === changed % 50 ? changed : 0);
      seen.add(fingerprint.toString());
    }
    // changed = 0 is the same input as none changed at all; no other pair is
    expect(seen.size).toBe(2000);
  });
});
