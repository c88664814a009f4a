import { expect, it } from "vitest";
import { reverseZones } from "../../../src/dns/corefile/reverse-zone.js";

it.each([
  ["10.0.0.0/24", ["0.0.10.in-addr.arpa"]],
  ["10.1.2.3/24", ["2.1.10.in-addr.arpa"]],
  ["10.0.0.0/8", ["10.in-addr.arpa"]],
  ["0.0.0.0/0", ["in-addr.arpa"]],
  ["10.0.0.7/32", ["7.0.0.10.in-addr.arpa"]],
  ["10.0.2.0/23", ["2.0.10.in-addr.arpa", "3.0.10.in-addr.arpa"]],
  [
    "10.0.0.9/30",
    ["8.0.0.10.in-addr.arpa", "9.0.0.10.in-addr.arpa", "10.0.0.10.in-addr.arpa", "11.0.0.10.in-addr.arpa"],
  ],
  ["::/0", ["ip6.arpa"]],
  ["2001:DB8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]],
  ["2001:db8::/31", ["8.b.d.0.1.0.0.2.ip6.arpa", "9.b.d.0.1.0.0.2.ip6.arpa"]],
  ["::1/128", [`1.${"0.".repeat(31)}ip6.arpa`]],
  ["1:2:3:4:5:6:7:8/16", ["1.0.0.0.ip6.arpa"]],
])("%s", (range, zones) => {
  expect(reverseZones(range)).toEqual(zones);
});

it("a /27 is thirty-two addresses, a /9 half of the second octets", () => {
  expect(reverseZones("10.0.0.32/27")).toHaveLength(32);
  expect(reverseZones("10.0.0.32/27")?.at(-1)).toBe("63.0.0.10.in-addr.arpa");
  expect(reverseZones("10.200.0.0/9")?.[0]).toBe("128.10.in-addr.arpa");
});

it.each([
  "10.0.0.0",
  "10.0.0/8",
  "10.0.0.0/33",
  "10.0.0.0/08",
  "256.0.0.0/8",
  "01.0.0.0/8",
  "::/129",
  ":::/8",
  "1::2::3/8",
  "g::/8",
  "1:2:3:4:5:6:7:8:9/8",
  "1:2:3:4:5:6:7::8/8x",
  "a/b",
])("%s is no range", (text) => {
  expect(reverseZones(text)).toBeNull();
});
