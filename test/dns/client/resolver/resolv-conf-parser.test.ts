import { describe, expect, test } from "vitest";
import { parseResolvConf, type ResolvConfDialect } from "../../../../src/dns/client/resolver/resolv-conf-parser.js";
import { expandSearchList, inOrder } from "../../../../src/dns/client/resolver/search-list.js";
import { parseAddress } from "../../../../src/model/address.js";

const LOOPBACK = parseAddress("127.0.0.1");
const DIALECT: ResolvConfDialect = {
  longestLine: 80,
  nameservers: 3,
  ndots: { initial: 1, smallest: 0, largest: 15 },
  timeoutSeconds: { initial: 5, smallest: 1, largest: 30 },
  attempts: { initial: 2, smallest: 0, largest: 5 },
  flags: ["single-request", "no-aaaa"],
};

test("an empty file has the dialect's defaults", () => {
  expect(parseResolvConf("", DIALECT)).toEqual({
    nameservers: [LOOPBACK],
    search: [],
    options: {
      ndots: 1,
      timeoutSeconds: 5,
      attempts: 2,
      singleRequest: false,
      singleRequestReopen: false,
      noAaaa: false,
    },
  });
});

test("the fourth nameserver is ignored, the last search line counts, options add up and are cut to their limits", () => {
  const parsed = parseResolvConf(
    [
      "# comment",
      "nameserver 10.0.0.1",
      "nameserver\t10.0.0.2",
      "nameserver fe80::1",
      "nameserver 10.0.0.3",
      "nameserver 10.0.0.4",
      "domain first.example",
      "search Second.Example. third.example",
      "options ndots:99 timeout:99",
      "options attempts:9 single-request rotate single-request-reopen",
    ].join("\n"),
    DIALECT,
  );
  expect(parsed.nameservers).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(parseAddress));
  expect(parsed.search).toEqual(["second.example", "third.example"]);
  expect(parsed.options).toEqual({
    ndots: 15,
    timeoutSeconds: 30,
    attempts: 5,
    singleRequest: true,
    // an option that this dialect does not know
    singleRequestReopen: false,
    noAaaa: false,
  });
  expect(parseResolvConf("options timeout:0 attempts:x", DIALECT).options).toMatchObject({
    timeoutSeconds: 1,
    attempts: 0,
  });
});

test("a line longer than the dialect reads is no line, its end counted", () => {
  const search = (letters: number): readonly string[] =>
    parseResolvConf(`search ${"x".repeat(letters)}\nnameserver 10.0.0.1\n`, DIALECT).search;
  expect(search(72)).toEqual(["x".repeat(72)]);
  expect(search(73)).toEqual([]);
});

describe("expansion", () => {
  const conf = parseResolvConf("search a.example b.example\noptions ndots:2", DIALECT);

  test("dots decide about the order, the root dot about the list", () => {
    const names = (name: string): unknown => {
      const plan = expandSearchList(name, conf);
      return [plan.asIsFirst, plan.asIs.name, ...plan.suffixed.map((each) => each.name)];
    };
    expect(names("X.y")).toEqual([false, "x.y", "x.y.a.example", "x.y.b.example"]);
    expect(names("x.y.z")).toEqual([true, "x.y.z", "x.y.z.a.example", "x.y.z.b.example"]);
    expect(names("x.")).toEqual([true, "x"]);
  });

  test("in order: the name as it stands comes last, first or alone", () => {
    const names = (name: string): string[] => inOrder(expandSearchList(name, conf)).map((each) => each.name);
    expect(names("x")).toEqual(["x.a.example", "x.b.example", "x"]);
    expect(names("x.y.z")).toEqual(["x.y.z", "x.y.z.a.example", "x.y.z.b.example"]);
    expect(names("x.")).toEqual(["x"]);
  });
});
