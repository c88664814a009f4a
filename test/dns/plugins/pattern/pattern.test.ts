import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pattern } from "../../../../src/dns/plugins/pattern/pattern.js";

function compile(text: string): Pattern {
  const pattern = Pattern.compile(text);
  if (typeof pattern === "string") throw new Error(pattern);
  return pattern;
}

describe("Pattern", () => {
  test.each([
    [
      "(.*)-(us-west-1)\\.example\\.org",
      "ftp-us-west-1.example.org.",
      ["ftp-us-west-1.example.org", "ftp", "us-west-1"],
    ],
    ["^ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)[.]example[.]$", "ip-10-244.example.", ["ip-10-244.example.", "10", "244"]],
    ["a|ab", "xab", ["a"]],
    ["(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "a", "bcd", ""]],
    ["a+?", "aaa", ["a"]],
    ["a{2,3}", "aaaa", ["aaa"]],
    ["^(?:x|y){2}z?$", "xy", ["xy"]],
    ["[^a-c.]+", "ab-d.e", ["-d"]],
    ["\\w+\\.\\d$", "host.7", ["host.7"]],
    ["(a*)*b", "aaab", ["aaab", "aaa"]],
    ["", "x", [""]],
  ])("%s finds its leftmost match in %s", (pattern, text, groups) => {
    expect(compile(pattern).match(text)?.groups).toEqual(groups);
  });

  test.each([
    ["^a$", "ab"],
    ["[0-9]{3}", "12"],
    ["\\.", "a"],
  ])("%s does not match %s", (pattern, text) => {
    expect(compile(pattern).match(text)).toBeNull();
  });

  test.each([
    ["(a", 'a ")" is missing'],
    ["a)", 'there is a ")" too many'],
    ["*a", "there is nothing before * to repeat"],
    ["a**", "a repetition is repeated"],
    ["[a", 'a "]" is missing'],
    ["[z-a]", "a range runs backwards"],
    ["(?=a)", "flags and assertions, as in (?i) or (?=…), are not modelled yet"],
    ["\\bweb", "the escape \\b is not modelled yet"],
    ["[[:alpha:]]", "classes such as [:alpha:] are not modelled yet"],
    ["a{3,2}", "the repetition {3,2} is not possible"],
    ["(((a{100}){100}){100}){100}", "the pattern with its repetitions is too long"],
    ["(".repeat(60), "groups are nested deeper than 50"],
    ["a".repeat(1001), "the pattern is longer than 1000 characters"],
  ])("%s is refused", (text, message) => {
    expect(Pattern.compile(text)).toBe(message);
  });

  test.each(["^(a+)+$", "^(a|aa)+$", "^(a*)*b$", "^.*.*.*.*.*.*x$", "^(a|a?)+$"])(
    "%s costs no more than its length allows",
    (text) => {
      const name = `${"a".repeat(252)}!`;
      const pattern = compile(text);
      const start = process.hrtime.bigint();
      for (let i = 0; i < 20; i++) expect(pattern.match(name)).toBeNull();
      expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(2000);
    },
  );

  test("agrees with JavaScript where both can say something", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab?)", "^", "$", "(?:b|ab)");
    const quantifier = fc.constantFrom("", "", "*", "+", "?", "*?", "{1,2}");
    const piece = fc.tuple(atom, quantifier).map(([a, q]) => (a === "^" || a === "$" ? a : a + q));
    const patterns = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(patterns, fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 }), (text, name) => {
        expect(compile(text).match(name)?.groups[0] ?? null).toBe(new RegExp(text).exec(name)?.[0] ?? null);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  test("names its groups", () => {
    expect([...compile("(?P<first>a)(b)(?<last>c)").names]).toEqual([
      ["first", 1],
      ["last", 3],
    ]);
  });
});
