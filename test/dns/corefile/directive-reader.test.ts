import { describe, expect, it } from "vitest";
import { DirectiveReader } from "../../../src/dns/corefile/directive-reader.js";
import { parseGoDuration } from "../../../src/dns/corefile/go-duration.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { parseAddress } from "../../../src/model/address.js";

/** A reader of the only directive of a Corefile, and what it reports. */
function read(directive: string): { readonly reader: DirectiveReader; readonly said: string[] } {
  const { corefile } = parseCorefile(`. {\n${directive}\n}`);
  const [found] = corefile?.blocks[0]?.directives ?? [];
  if (found === undefined) throw new Error(`no directive: ${directive}`);
  const said: string[] = [];
  const reader = new DirectiveReader(found, ({ line, column }, message, hint = "") => {
    said.push(`${line}:${column} ${message}${hint === "" ? "" : ` (${hint})`}`);
  });
  return { reader, said };
}

const BRACE_HINT = "put the closing brace on a line of its own: a property takes everything up to the end of its line";

describe("arguments", () => {
  it("are read as what they are asked for", () => {
    const { reader, said } = read("x 7 -3 1m30s 10.0.0.1 b Example.org. 10.0.0.0/23 .");
    expect(reader.count(8)).toBe(true);
    expect([reader.integer(0, 1), reader.integer(1, 1, { least: -5 }), reader.duration(2, 0)]).toEqual([7, -3, 90e6]);
    expect(reader.address(3)).toBe(parseAddress("10.0.0.1"));
    expect(reader.oneOf(4, ["a", "b"], "a")).toBe("b");
    expect(reader.zones(5)).toEqual(["example.org", "0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa", ""]);
    expect(reader.texts(6)).toEqual(["10.0.0.0/23", "."]);
    expect(said).toEqual([]);
  });

  it("that are left out give the value for that case", () => {
    const { reader, said } = read("x");
    expect([reader.integer(0, 4), reader.duration(0, 5), reader.address(0), reader.text(0)]).toEqual([4, 5, null, ""]);
    expect(reader.zones(0, ["org"])).toEqual(["org"]);
    expect(reader.oneOf(0, ["a", "b"], "b")).toBe("b");
    expect(said).toEqual([]);
  });

  it.each<[string, (reader: DirectiveReader) => unknown, unknown, string]>([
    ["x a", (reader) => reader.integer(0, 4), 4, '2:3 x: "a" is no whole number of at least 0'],
    ["x 1.5", (reader) => reader.integer(0, 4), 4, '2:3 x: "1.5" is no whole number of at least 0'],
    ["x 3601", (reader) => reader.integer(0, 4, { most: 3600 }), 4, '2:3 x: "3601" is no whole number from 0 to 3600'],
    ["x 5", (reader) => reader.duration(0, 4), 4, '2:3 x: "5" is no duration (for instance "5s" or "1m30s")'],
    ["x -5s", (reader) => reader.duration(0, 4), 4, '2:3 x: the duration "-5s" is out of range'],
    ["x 1s", (reader) => reader.duration(0, 4, { least: 2e6 }), 4, '2:3 x: the duration "1s" is out of range'],
    ["x ::1", (reader) => reader.address(0), null, '2:3 x: "::1" is no IPv4 address'],
    ["x c", (reader) => reader.oneOf(0, ["a", "b"], "a"), "a", '2:3 x: expected a or b, not "c"'],
    ["x a b..c", (reader) => reader.zones(), ["a"], '2:5 x: "b..c" is no domain name (the root zone is written ".")'],
    ["x a", (reader) => reader.count(0), false, "2:3 x takes no arguments, not 1"],
    ["x", (reader) => reader.count(1), false, "2:1 x takes 1 argument, not 0"],
    ["x a b c", (reader) => reader.count(0, 2), false, "2:7 x takes 0 to 2 arguments, not 3"],
    ["x", (reader) => reader.count(1, Number.POSITIVE_INFINITY), false, "2:1 x takes at least 1 argument, not 0"],
  ])("%s: %s", (directive, ask, value, error) => {
    const { reader, said } = read(directive);
    expect(ask(reader)).toEqual(value);
    expect(said).toEqual([error]);
  });
});

describe("blocks", () => {
  const properties = (reader: DirectiveReader): void =>
    reader.properties({ lameduck: (property) => void property.count(1), zones: (property) => void property.zones() });

  it("are read by the names of their properties", () => {
    const { reader, said } = read("x {\n lameduck 5s\n zones a b\n}");
    properties(reader);
    expect(said).toEqual([]);
  });

  it.each([
    ["x {\n lameduk 5s\n}", '3:2 x has no property "lameduk" (did you mean lameduck?)'],
    ["x {\n other\n}", '3:2 x has no property "other" (known: lameduck, zones)'],
    ["x {\n toString\n}", '3:2 x has no property "toString" (known: lameduck, zones)'],
    ["x {\n lameduck 5s {\n }\n}", "3:2 lameduck takes no block"],
    ["x { lameduck 5s }", `2:17 lameduck takes 1 argument, not 2 (${BRACE_HINT})`],
    ["x { zones a }", `2:13 zones: "}" is no domain name: "}" cannot stand in it (${BRACE_HINT})`],
  ])("%j", (directive, error) => {
    const { reader, said } = read(directive);
    properties(reader);
    expect(said).toEqual([error]);
  });

  it("are told apart: none, empty, with properties", () => {
    expect(read("x").reader.hasBlock).toBe(false);
    expect(read("x { }").reader.hasBlock).toBe(true);
    expect(read("x {\n a\n b\n}").reader.block()).toHaveLength(2);
    const { reader, said } = read("x { }");
    reader.noBlock();
    expect(said).toEqual(["2:1 x takes no block"]);
  });
});

it.each([
  ["5s", 5e6],
  ["1m30s", 90e6],
  ["1h", 3600e6],
  ["1.5s", 1.5e6],
  ["5.s", 5e6],
  [".5s", 5e5],
  ["250us", 250],
  ["250µs", 250],
  ["2500ns", 3],
  ["0", 0],
  ["+1s", 1e6],
  ["-1s", -1e6],
  ["-0", 0],
  ["", null],
  ["5", null],
  ["s", null],
  ["5 s", null],
  ["5d", null],
  ["1e3s", null],
  ["3000000h", null],
])("the duration %j is %s microseconds", (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected);
});
