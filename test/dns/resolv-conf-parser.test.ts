import { expect, test } from "vitest";
import { parseResolvConf } from "../../src/dns/resolver/resolv-conf-parser.js";
import { expandSearchList } from "../../src/dns/resolver/search-list.js";
import { parseAddress } from "../../src/model/address.js";

const LOOPBACK = parseAddress("127.0.0.1");

test("an empty file has glibc's defaults", () => {
  expect(parseResolvConf("")).toEqual({
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

test("the fourth nameserver is ignored, the last search line counts, options add up and are capped", () => {
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
      "options attempts:9 single-request rotate",
    ].join("\n"),
  );
  expect(parsed.nameservers).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(parseAddress));
  expect(parsed.search).toEqual(["second.example", "third.example"]);
  expect(parsed.options).toMatchObject({ ndots: 15, timeoutSeconds: 30, attempts: 5, singleRequest: true });
});

test("expansion: dots decide about the order, the root dot about the list", () => {
  const conf = parseResolvConf("search a.example b.example\noptions ndots:2");
  const names = (name: string): unknown => {
    const plan = expandSearchList(name, conf);
    return [plan.asIsFirst, plan.asIs.name, ...plan.suffixed.map((each) => each.name)];
  };
  expect(names("X.y")).toEqual([false, "x.y", "x.y.a.example", "x.y.b.example"]);
  expect(names("x.y.z")).toEqual([true, "x.y.z", "x.y.z.a.example", "x.y.z.b.example"]);
  expect(names("x.")).toEqual([true, "x"]);
});
