/** Statements about cache, loadbalance and the chain. */
import { describe, expect, test } from "vitest";
import { AnswerCache, DEFAULT_CAP, storedTtl } from "../../src/dns/plugins/cache.js";
import { buildChain, PLUGINS } from "../../src/dns/plugins/order.js";
import { type CacheOptions, type PluginOptions, SERVER_FAILURE } from "../../src/dns/plugins/plugin.js";
import { RecordIndex } from "../../src/dns/record-index.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Random } from "../../src/engine/random.js";
import type { Answer, DnsRecord, Question, QuestionType } from "../../src/model/dns.js";
import { addressesOf, ask, namespace, service, slice, TestCluster, WATCH_DELAY } from "../dns/cluster.js";

const NAME = "database.production.svc.cluster.local";
const EVERYTHING: CacheOptions = { cap: DEFAULT_CAP, skipCluster: false };
const THIRTY: CacheOptions = { cap: { success: 30, denial: 30 }, skipCluster: false };

function query(now: Micros, type: QuestionType = "A", name = NAME): { question: Question; now: Micros } {
  return { question: { name, type }, now };
}

function record(type: "A" | "SOA", ttl: number): DnsRecord {
  return { name: NAME, type, ttl, address: type === "A" ? 1 : null, data: "" };
}

function success(...ttls: number[]): Answer {
  const answers = ttls.map((ttl) => record("A", ttl));
  return { rcode: "NOERROR", answers, authority: [], fact: NO_FACT, knownSince: Number.NaN };
}

function denial(rcode: "NOERROR" | "NXDOMAIN", ttl: number): Answer {
  return { rcode, answers: [], authority: [record("SOA", ttl)], fact: NO_FACT, knownSince: Number.NaN };
}

/** TTLs of all records served `age` after storing; null for a miss. */
function served(cache: AnswerCache, age: Micros, type: QuestionType = "A"): number[] | null {
  const answer = cache.get(query(age, type));
  return answer === null ? null : [...answer.answers, ...answer.authority].map(({ ttl }) => ttl);
}

describe("cache", () => {
  test("DNS-27 the TTL counts down in whole seconds and the entry ends when it would reach zero", () => {
    const cache = new AnswerCache(THIRTY, "cluster.local");
    cache.put(query(0), success(30, 30));
    expect(served(cache, 0)).toEqual([30, 30]);
    expect(served(cache, SECOND - 1)).toEqual([30, 30]);
    expect(served(cache, SECOND)).toEqual([29, 29]);
    expect(served(cache, 30 * SECOND - 1)).toEqual([1, 1]);
    expect(served(cache, 30 * SECOND)).toBe(null);
  });

  test.each([
    [30, 30, 30],
    [30, 3600, 30],
    [30, 20, 20],
    [0, 30, 5],
    [4, 30, 5],
    [6, 30, 6],
    [30, 3, 3],
    [null, 30, 5],
  ])("DNS-27 stored TTL: lowest %s, cap %s gives %s", (lowest, cap, expected) => {
    expect(storedTtl(lowest, cap)).toBe(expected);
  });

  test("DNS-28 a TTL of 1 is served for up to 5 s, and the first reply says so", () => {
    const cache = new AnswerCache(EVERYTHING, "cluster.local");
    expect(cache.put(query(0), success(1, 20)).answers.map(({ ttl }) => ttl)).toEqual([5, 5]);
    expect(served(cache, 5 * SECOND - 1)).toEqual([1, 1]);
    expect(served(cache, 5 * SECOND)).toBe(null);
  });

  test("DNS-29 cache 30 caps both classes; the defaults are 3600 and 1800 s; SERVFAIL lives 5 s", () => {
    for (const [options, positive, negative] of [
      [THIRTY, 30, 30],
      [EVERYTHING, 3600, 1800],
    ] as const) {
      const cache = new AnswerCache(options, "cluster.local");
      cache.put(query(0), success(86_400));
      cache.put(query(0, "AAAA"), denial("NXDOMAIN", 86_400));
      cache.put(query(0, "SRV"), SERVER_FAILURE);
      expect([served(cache, 0), served(cache, 0, "AAAA")]).toEqual([[positive], [negative]]);
      expect(cache.get(query(5 * SECOND - 1, "SRV"))?.rcode).toBe("SERVFAIL");
      expect(cache.get(query(5 * SECOND, "SRV"))).toBe(null);
    }
  });

  test("DNS-30 a cached denial hides a success; a cached SERVFAIL does not", () => {
    const cache = new AnswerCache(THIRTY, "cluster.local");
    cache.put(query(0), success(30));
    cache.put(query(0), denial("NXDOMAIN", 10));
    expect(cache.get(query(0))?.rcode).toBe("NXDOMAIN");
    expect(cache.get(query(10 * SECOND))?.rcode).toBe("NOERROR");
    cache.put(query(10 * SECOND), SERVER_FAILURE);
    expect(cache.get(query(10 * SECOND))?.rcode).toBe("NOERROR");
    expect(cache.get(query(14 * SECOND))?.rcode).toBe("NOERROR");
  });

  test("DNS-31 A and AAAA are cached apart", () => {
    const cache = new AnswerCache(THIRTY, "cluster.local");
    cache.put(query(0), denial("NXDOMAIN", 30));
    expect(cache.get(query(0, "AAAA"))).toBe(null);
    cache.put(query(10 * SECOND, "AAAA"), denial("NOERROR", 30));
    expect([served(cache, 20 * SECOND), served(cache, 20 * SECOND, "AAAA")]).toEqual([[10], [20]]);
  });

  test("DNS-32 disable success|denial for the cluster domain: no entry of it is stored, others are", () => {
    const cache = new AnswerCache({ ...THIRTY, skipCluster: true }, "cluster.local");
    for (const answer of [success(30), denial("NXDOMAIN", 30), SERVER_FAILURE]) {
      expect(cache.put(query(0), answer)).toBe(answer);
      expect(cache.get(query(0))).toBe(null);
    }
    cache.put(query(0, "A", "notcluster.local"), success(30));
    expect(cache.get(query(0, "A", "notcluster.local"))).not.toBe(null);
  });
});

describe("staleness", () => {
  const settings = { replicas: 1, lameduck: 0 };
  test.each([
    ["kubeadm from 1.32 on", { ttlSeconds: 30, cacheSeconds: 30, cacheSkipsCluster: true }, 0],
    ["kubeadm up to 1.31", { ttlSeconds: 30, cacheSeconds: 30, cacheSkipsCluster: false }, 30],
    ["ttl 5", { ttlSeconds: 5, cacheSeconds: 30, cacheSkipsCluster: false }, 5],
  ])("DNS-37 %s: worst positive and negative staleness after the index changed", (_name, options, expected) => {
    const cluster = new TestCluster();
    cluster.commit(namespace("production"));
    cluster.commit(service("peers", "None"));
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
    cluster.commit(service("empty", "None"));
    const replica = cluster.replica(1, { settings: { ...settings, ...options } });
    cluster.runUntil(SECOND);
    cluster.commit(slice("peers", [{ address: "10.244.1.51" }]));
    cluster.commit(slice("empty", [{ address: "10.244.1.52" }]));
    const change = SECOND + WATCH_DELAY;
    const seen = (name: string): string =>
      addressesOf(ask(cluster, replica, `${name}.production.svc.cluster.local`)).join();
    cluster.runUntil(change);
    expect([seen("peers"), seen("empty")]).toEqual(["10.244.1.50", ""]);
    if (expected > 0) {
      cluster.runUntil(change + expected * SECOND - 1);
      expect([seen("peers"), seen("empty")]).toEqual(["10.244.1.50", ""]);
    }
    cluster.runUntil(change + expected * SECOND + 1);
    expect([seen("peers"), seen("empty")]).toEqual(["10.244.1.51", "10.244.1.52"]);
  });
});

describe("loadbalance and the chain", () => {
  test.each([
    ["cached", 30],
    ["without cache", null],
  ])("DNS-36 every reply is a uniform permutation: %s", (_name, cacheSeconds) => {
    const cluster = new TestCluster();
    cluster.commit(namespace("production"));
    cluster.commit(service("peers", "None"));
    cluster.commit(slice("peers", [{ address: "10.0.0.1" }, { address: "10.0.0.2" }, { address: "10.0.0.3" }]));
    const settings = { replicas: 1, ttlSeconds: 30, cacheSeconds, cacheSkipsCluster: false, lameduck: 0 };
    const replica = cluster.replica(1, { settings });
    cluster.runUntil(SECOND);
    const counts = new Map<string, number>();
    const replies = 6000;
    for (let i = 0; i < replies; i++) {
      const { answers } = ask(cluster, replica, "peers.production.svc.cluster.local");
      const order = answers.map(({ address }) => (address ?? 0) % 256).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
    // five standard deviations of a count of 1000
    for (const count of counts.values()) expect(Math.abs(count - replies / 6)).toBeLessThan(145);
  });

  test("DNS-53 the order of the chain is fixed; the order of options changes nothing", () => {
    expect(PLUGINS.map(({ name }) => name)).toEqual(["errors", "loadbalance", "cache", "kubernetes", "outside"]);
    const environment = {
      index: new RecordIndex(),
      synced: () => true,
      key: (purpose: string) => new Random("1").key("server", purpose),
    };
    const options: PluginOptions = { clusterDomain: "cluster.local", kubernetes: { ttl: 30 }, cache: THIRTY };
    const permuted: PluginOptions = { cache: THIRTY, kubernetes: { ttl: 30 }, clusterDomain: "cluster.local" };
    for (const name of [NAME, "cluster.local", "api.example.com"]) {
      const asked = { question: { name, type: "A" as const }, now: 0 };
      expect(buildChain(permuted, environment)(asked)).toEqual(buildChain(options, environment)(asked));
    }
  });
});
