import { expect, test } from "vitest";
import { AnswerCache } from "../../src/dns/plugins/cache.js";
import { buildChain } from "../../src/dns/plugins/order.js";
import { type CacheOptions, type PluginOptions, SERVER_FAILURE } from "../../src/dns/plugins/plugin.js";
import { RecordIndex } from "../../src/dns/record-index.js";
import type { Micros } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Answer, DnsRecord, Question } from "../../src/model/dns.js";

const THIRTY: CacheOptions = { cap: { success: 30, denial: 30 }, skipCluster: false };

function query(now: Micros, name = "web.example"): { question: Question; now: Micros } {
  return { question: { name, type: "A" }, now };
}

function answer(rcode: "NOERROR" | "NXDOMAIN", answers: readonly DnsRecord[]): Answer {
  return { rcode, answers, authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

const ADDRESS: DnsRecord = { name: "web.example", type: "A", ttl: 30, address: 1, data: "" };

test("NXDOMAIN without SOA and REFUSED are not cached", () => {
  const cache = new AnswerCache(THIRTY, "cluster.local");
  cache.put(query(0), answer("NXDOMAIN", []));
  cache.put(query(0), { ...SERVER_FAILURE, rcode: "REFUSED" });
  expect(cache.get(query(0))).toBe(null);
});

test("a full class drops its oldest entry", () => {
  const cache = new AnswerCache(THIRTY, "cluster.local");
  for (let i = 0; i <= 9984; i++) cache.put(query(i, `name-${i}`), answer("NOERROR", [ADDRESS]));
  expect(cache.get(query(0, "name-0"))).toBe(null);
  expect(cache.get(query(9984, "name-1"))).not.toBe(null);
  expect(cache.get(query(9984, "name-9984"))).not.toBe(null);
});

test("the end of the chain is SERVFAIL", () => {
  const environment = { index: new RecordIndex(), synced: () => true, key: () => ({ a: 1, b: 2 }) };
  const options: PluginOptions = { clusterDomain: "cluster.local", kubernetes: { ttl: 30 }, cache: null };
  expect(buildChain(options, environment, [])(query(0)).rcode).toBe("SERVFAIL");
});
