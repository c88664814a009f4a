import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contains, formatAddress, overlaps, parseAddress, parseRange } from "../../src/model/address.js";

describe("addresses", () => {
  test.each([
    ["0.0.0.0", 0],
    ["10.0.0.1", 167772161],
    ["255.255.255.255", 4294967295],
    ["128.0.0.0", 2147483648],
  ])("%s is %i", (text, address) => {
    expect(parseAddress(text)).toBe(address);
    expect(formatAddress(address)).toBe(text);
  });

  test.each([
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "1.2.3.-4",
    "01.2.3.4",
    "1.2.3.4 ",
    "a.b.c.d",
    "1..2.3",
    "::1",
    "1e1.0.0.0",
  ])("%j is none", (text) => expect(parseAddress(text)).toBeNull());

  test("are written and read back", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (address) => parseAddress(formatAddress(address)) === address),
      { seed: 8 },
    );
  });
});

describe("ranges", () => {
  test.each([
    ["10.244.0.0/16", 65536],
    ["0.0.0.0/0", 4294967296],
    ["10.0.0.7/32", 1],
    ["128.0.0.0/1", 2147483648],
  ])("%s has %i addresses", (text, size) => {
    expect(parseRange(text)).toMatchObject({ size, text });
  });

  test.each([
    "10.244.0.1/16",
    "10.244.0.0/33",
    "10.244.0.0",
    "10.244.0.0/",
    "10.244.0/16",
    "300.0.0.0/8",
    "10.0.0.0/-1",
    "10.0.0.0/8x",
  ])("%j is none", (text) => expect(parseRange(text)).toBeNull());

  test("contain their first and last address and no other", () => {
    const range = parseRange("10.244.1.0/24")!;
    const inside = ["10.244.1.0", "10.244.1.255", "10.244.0.255", "10.244.2.0"].map((text) =>
      contains(range, parseAddress(text)!),
    );
    expect(inside).toEqual([true, true, false, false]);
  });

  test.each([
    ["10.0.0.0/8", "10.96.0.0/12", true],
    ["10.96.0.0/12", "10.112.0.0/12", false],
    ["10.0.0.0/24", "10.0.1.0/24", false],
    ["0.0.0.0/0", "255.255.255.255/32", true],
    ["10.0.0.0/24", "10.0.0.0/24", true],
  ])("%s and %s overlap: %s", (x, y, expected) => {
    expect(overlaps(parseRange(x)!, parseRange(y)!)).toBe(expected);
    expect(overlaps(parseRange(y)!, parseRange(x)!)).toBe(expected);
  });
});
