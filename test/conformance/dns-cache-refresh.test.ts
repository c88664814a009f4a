/** Statements about a cache whose questions take time: misses at once, prefetch, expired answers. */
import { describe, expect, test } from "vitest";
import { SERVER_FAILURE } from "../../src/dns/plugins/plugin.js";
import type { ExchangeResult, UpstreamExchange } from "../../src/dns/upstream/upstream.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Answer, DnsRecord } from "../../src/model/dns.js";
import { ask, askLate, corefile, type Replica, TestCluster } from "../dns/cluster.js";

const OUTSIDE_TTL = 30;

function record(ttl: number, address: number): DnsRecord {
  return { name: "api.example.com", type: "A", ttl, address, data: "" };
}

function success(ttl: number, address: number): Answer {
  return { rcode: "NOERROR", answers: [record(ttl, address)], authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

/** A replica with a cache in front of servers outside that answer as told, one second after the question. */
function behindCache(cache: string, reply: (asked: number) => ExchangeResult) {
  const cluster = new TestCluster();
  const asked: Micros[] = [];
  const upstream: UpstreamExchange = {
    exchange: (_question, _options, done, payload) => {
      asked.push(cluster.simulation.now);
      const result = reply(asked.length);
      cluster.context.after(SECOND, Phase.traffic, () => done(payload, result), null);
    },
  };
  const replica = cluster.replica(1, { corefile: corefile({ cache }), upstream });
  cluster.runUntil(SECOND);
  return { cluster, replica, asked };
}

/** Outside, with a TTL of 30 and an address that counts the questions. */
function numbered(asked: number): Answer {
  return success(OUTSIDE_TTL, asked);
}

const OUTSIDE = "api.example.com";

/** Address and TTL of an answer that is given at once. */
function now(cluster: TestCluster, replica: Replica): (number | null)[] {
  const { answers } = ask(cluster, replica, OUTSIDE);
  return [answers[0]?.address ?? null, answers[0]?.ttl ?? null];
}

describe("cache with questions that take time", () => {
  test("DNS-33 misses at the same time are not coalesced: each asks the server outside", () => {
    const { cluster, replica, asked } = behindCache("cache 30", numbered);
    const late = [1, 2, 3].map(() => askLate(cluster, replica, OUTSIDE));
    cluster.runUntil(3 * SECOND);
    expect(asked).toEqual([SECOND, SECOND, SECOND]);
    expect(late.map(({ at }) => at)).toEqual([2 * SECOND, 2 * SECOND, 2 * SECOND]);
    expect(late.map(({ answer }) => answer?.answers[0]?.address)).toEqual([1, 2, 3]);
    // the answer that came last is kept, from when it came
    expect(now(cluster, replica)).toEqual([3, 29]);
  });

  test.each([
    ["5 s by default", "cache 30", 5],
    ["as long as servfail says", "cache 30 {\n servfail 12s\n}", 12],
  ])("DNS-29 SERVFAIL is kept %s", (_name, cache, seconds) => {
    const { cluster, replica } = behindCache(cache, () => SERVER_FAILURE);
    const late = askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(2 * SECOND + 1);
    expect([late.answer?.rcode, late.at]).toEqual(["SERVFAIL", 2 * SECOND]);
    cluster.runUntil((2 + seconds) * SECOND - 1);
    expect(ask(cluster, replica, OUTSIDE).rcode).toBe("SERVFAIL");
    cluster.runUntil((2 + seconds) * SECOND);
    expect(() => now(cluster, replica)).toThrow("not answered at once");
  });

  test("DNS-34 prefetch: one question in the background once hits and TTL allow it", () => {
    const { cluster, replica, asked } = behindCache("cache 30 {\n prefetch 3\n}", numbered);
    askLate(cluster, replica, OUTSIDE);
    const stored = 2 * SECOND;
    cluster.runUntil(stored + 1);
    for (const _ of [1, 2]) now(cluster, replica);
    cluster.runUntil(stored + 26 * SECOND);
    // the third hit, but 4 s are left and 10 % of 30 s are 3 s
    expect(now(cluster, replica)).toEqual([1, 4]);
    expect(asked).toHaveLength(1);
    cluster.runUntil(stored + 27 * SECOND);
    expect(now(cluster, replica)).toEqual([1, 3]);
    expect(now(cluster, replica)).toEqual([1, 3]);
    expect(asked).toEqual([SECOND, stored + 27 * SECOND]);
    cluster.runUntil(stored + 28 * SECOND + 1);
    expect(now(cluster, replica)).toEqual([2, 30]);
  });

  test("DNS-34 prefetch: hits are counted anew after a gap", () => {
    const { cluster, replica, asked } = behindCache("cache 300 {\n prefetch 2 10s 90%\n}", (n) => success(300, n));
    askLate(cluster, replica, OUTSIDE);
    for (const second of [40, 60, 80]) {
      cluster.runUntil(second * SECOND);
      now(cluster, replica);
    }
    expect(asked).toHaveLength(1);
    cluster.runUntil(85 * SECOND);
    now(cluster, replica);
    expect(asked).toHaveLength(2);
  });

  test("DNS-35 keepttl: hits have the TTL that was stored", () => {
    const { cluster, replica } = behindCache("cache 30 {\n keepttl\n}", numbered);
    askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(20 * SECOND);
    expect(now(cluster, replica)).toEqual([1, 30]);
    cluster.runUntil(32 * SECOND - 1);
    expect(now(cluster, replica)).toEqual([1, 30]);
    cluster.runUntil(32 * SECOND);
    expect(() => now(cluster, replica)).toThrow("not answered at once");
  });

  test("serve_stale immediate: the old answer with TTL 0 at once, one refresh behind it, for the time given", () => {
    const { cluster, replica, asked } = behindCache("cache 30 {\n serve_stale 10m\n}", numbered);
    askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(100 * SECOND);
    expect(now(cluster, replica)).toEqual([1, 0]);
    expect(now(cluster, replica)).toEqual([1, 0]);
    expect(asked).toEqual([SECOND, 100 * SECOND]);
    cluster.runUntil(101 * SECOND + 1);
    expect(now(cluster, replica)).toEqual([2, 30]);
    cluster.runUntil(101 * SECOND + 630 * SECOND);
    expect(() => now(cluster, replica)).toThrow("not answered at once");
  });

  test("serve_stale verify: asks first, and falls back to the old answer when that fails", () => {
    const { cluster, replica } = behindCache("cache 30 {\n serve_stale 1h verify\n}", (n) =>
      n === 2 ? { ...SERVER_FAILURE, rcode: "SERVFAIL" } : numbered(n),
    );
    askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(100 * SECOND);
    const failing = askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(200 * SECOND);
    expect([failing.at, failing.answer?.answers[0]?.address, failing.answer?.answers[0]?.ttl]).toEqual([
      101 * SECOND,
      1,
      0,
    ]);
    const working = askLate(cluster, replica, OUTSIDE);
    cluster.runUntil(202 * SECOND);
    expect([working.answer?.answers[0]?.address, working.answer?.answers[0]?.ttl]).toEqual([3, 30]);
  });
});
