import { expect, test } from "vitest";
import { DirectiveReader } from "../../../../src/dns/corefile/directive-reader.js";
import { parseCorefile } from "../../../../src/dns/corefile/parser.js";
import { AnswerCache } from "../../../../src/dns/plugins/cache/answer-cache.js";
import { type CacheOptions, readCacheOptions } from "../../../../src/dns/plugins/cache/options.js";
import { SERVER_FAILURE } from "../../../../src/dns/plugins/plugin.js";
import { MINUTE, SECOND } from "../../../../src/engine/duration.js";
import { NO_FACT } from "../../../../src/engine/facts.js";
import type { Answer, DnsRecord, Question } from "../../../../src/model/dns.js";

/** Reads a directive `cache` with its block, and what is wrong with it. */
function read(text: string): { readonly options: CacheOptions; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const directive = parseCorefile(`.:53 {\n${text}\n}`).corefile!.blocks[0]!.directives[0]!;
  const reader = new DirectiveReader(directive, (_position, message) => errors.push(message));
  return { options: readCacheOptions(reader, [""]), errors };
}

function question(name = "web.example"): Question {
  return { name, type: "A" };
}

function answer(rcode: "NOERROR" | "NXDOMAIN", answers: readonly DnsRecord[]): Answer {
  return { rcode, answers, authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

const ADDRESS: DnsRecord = { name: "web.example", type: "A", ttl: 30, address: 1, data: "" };

test("NXDOMAIN without SOA and REFUSED are not cached", () => {
  const cache = new AnswerCache(read("cache 30").options);
  cache.put(question(), answer("NXDOMAIN", []), 0);
  cache.put(question(), { ...SERVER_FAILURE, rcode: "REFUSED" }, 0);
  expect(cache.get(question(), 0)).toBe(null);
});

test("a full class drops its oldest entry", () => {
  const cache = new AnswerCache(read("cache 30").options);
  for (let i = 0; i <= 9984; i++) cache.put(question(`name-${i}`), answer("NOERROR", [ADDRESS]), i);
  expect(cache.get(question("name-0"), 0)).toBe(null);
  expect(cache.get(question("name-1"), 9984)).not.toBe(null);
  expect(cache.get(question("name-9984"), 9984)).not.toBe(null);
});

test("the properties of the directive", () => {
  const { options, errors } = read(
    "cache 300 example.org {\n success 5000 3600 1\n denial 2500\n prefetch 10 2m 20%\n serve_stale 2h verify\n servfail 10s\n disable denial\n keepttl\n}",
  );
  expect(errors).toEqual([]);
  expect(options).toEqual({
    zones: ["example.org"],
    success: { cap: 3600, least: 1, capacity: 4864, disabled: [] },
    denial: { cap: 300, least: 5, capacity: 2304, disabled: ["example.org"] },
    serverFailure: 10,
    prefetch: { amount: 10, gap: 2 * MINUTE, percentage: 20 },
    stale: { upTo: 120 * MINUTE, mode: "verify", ttl: 0 },
    keepTtl: true,
  });
});

test.each([
  ["cache 30 {\n servfail 6m\n}", 'servfail: the duration "6m" is out of range'],
  ["cache 30 {\n prefetch 1 1m 5%\n}", "prefetch: the percentage is from 10% to 90%, with its sign"],
  ["cache 30 {\n disable everything\n}", 'disable: expected success or denial, not "everything"'],
  ["cache 30 {\n serve_stale 1h later\n}", 'serve_stale: expected immediate or verify, not "later"'],
  ["cache 30 {\n keep\n}", 'cache has no property "keep"'],
])("wrong: %j", (text, message) => {
  expect(read(text).errors).toEqual([message]);
});

test("an answer says that it comes from the cache, and how old it is", () => {
  const cache = new AnswerCache(read("cache 30").options);
  expect(cache.put(question(), { ...answer("NOERROR", [ADDRESS]), source: "forward" }, 0).source).toBe("forward");
  expect(cache.get(question(), 7 * SECOND)).toMatchObject({ source: "cache", age: 7 });
});

test("the lowest TTL is that of all sections", () => {
  const cache = new AnswerCache(read("cache").options);
  const stored = cache.put(question(), { ...answer("NOERROR", [ADDRESS]), additional: [{ ...ADDRESS, ttl: 10 }] }, 0);
  expect([stored.answers[0]?.ttl, stored.additional?.[0]?.ttl]).toEqual([10, 10]);
});
