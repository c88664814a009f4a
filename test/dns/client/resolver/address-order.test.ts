import { expect, test } from "vitest";
import { byPrefix, withAddressOrder } from "../../../../src/dns/client/resolver/address-order.js";
import { formatAddress, parseAddress } from "../../../../src/model/address.js";
import type { Lookup } from "../../../../src/model/dns.js";
import { answering } from "../../../support/resolving.js";

const addresses = ["10.244.2.7", "192.168.0.1", "10.244.1.9", "10.244.1.12", "10.244.1.9"].map(
  (text) => parseAddress(text)!,
);
const source = parseAddress("10.244.1.13")!;

test("rule 9: the longest common prefix first, equally near addresses as they came", () => {
  const texts = byPrefix(addresses, source).map(formatAddress);
  expect(texts).toEqual(["10.244.1.12", "10.244.1.9", "10.244.1.9", "10.244.2.7", "192.168.0.1"]);
  // addresses above 128.0.0.0 differ in the sign bit of 32-bit arithmetic
  expect(
    byPrefix(
      ["10.0.0.1", "192.168.0.9"].map((text) => parseAddress(text)!),
      parseAddress("192.168.0.1")!,
    ),
  ).toEqual(["192.168.0.9", "10.0.0.1"].map((text) => parseAddress(text)));
});

test("the order is an option; the answer as it was received is left alone", () => {
  const lookup = { addresses } as unknown as Lookup;
  const resolve = answering((_name, reply, payload) => reply(payload, lookup));
  const received = (order: "as-received" | "rule9"): readonly number[] => {
    let got: readonly number[] = [];
    withAddressOrder(order, source, resolve)("web", (_: null, each) => (got = each.addresses), null);
    return got;
  };
  expect(received("as-received")).toBe(addresses);
  expect(received("rule9")[0]).toBe(parseAddress("10.244.1.12"));
  expect(addresses[0]).toBe(parseAddress("10.244.2.7"));
});
