/** Statements about cache, loadbalance and the chain. */
import { describe, expect, test } from "vitest";
import { AnswerCache, storedTtl } from "../../src/dns/plugins/cache/answer-cache.js";
import { type CacheOptions, DEFAULT_CAP } from "../../src/dns/plugins/cache/options.js";
import { PLUGINS } from "../../src/dns/plugins/order.js";
import { SERVER_FAILURE } from "../../src/dns/plugins/plugin.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Answer, DnsRecord, Question, QuestionType } from "../../src/model/dns.js";
import {
  addressesOf,
  ask,
  corefile,
  namespace,
  servers,
  service,
  slice,
  TestCluster,
  WATCH_DELAY,
} from "../dns/cluster.js";

const NAME = "database.production.svc.cluster.local";

/** Options of a cache of every zone with these caps. */
function capped(success: number, denial: number, disabled: readonly string[] = []): CacheOptions {
  const kind = (cap: number) => ({ cap, least: 5, capacity: 9984, disabled });
  return {
    zones: [""],
    success: kind(success),
    denial: kind(denial),
    serverFailure: 5,
    prefetch: null,
    stale: null,
    keepTtl: false,
  };
}

const EVERYTHING = capped(DEFAULT_CAP.success, DEFAULT_CAP.denial);
const THIRTY = capped(30, 30);

function question(type: QuestionType = "A", name = NAME): Question {
  return { name, type };
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
  const answer = cache.get(question(type), age);
  return answer === null ? null : [...answer.answers, ...answer.authority].map(({ ttl }) => ttl);
}

describe("cache", () => {
  test("DNS-27 the TTL counts down in whole seconds and the entry ends when it would reach zero", () => {
    const cache = new AnswerCache(THIRTY);
    cache.put(question(), success(30, 30), 0);
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
    const cache = new AnswerCache(EVERYTHING);
    expect(cache.put(question(), success(1, 20), 0).answers.map(({ ttl }) => ttl)).toEqual([5, 5]);
    expect(served(cache, 5 * SECOND - 1)).toEqual([1, 1]);
    expect(served(cache, 5 * SECOND)).toBe(null);
  });

  test("DNS-29 cache 30 caps both classes; the defaults are 3600 and 1800 s; SERVFAIL lives 5 s", () => {
    for (const [options, positive, negative] of [
      [THIRTY, 30, 30],
      [EVERYTHING, 3600, 1800],
    ] as const) {
      const cache = new AnswerCache(options);
      cache.put(question(), success(86_400), 0);
      cache.put(question("AAAA"), denial("NXDOMAIN", 86_400), 0);
      cache.put(question("SRV"), SERVER_FAILURE, 0);
      expect([served(cache, 0), served(cache, 0, "AAAA")]).toEqual([[positive], [negative]]);
      expect(cache.get(question("SRV"), 5 * SECOND - 1)?.rcode).toBe("SERVFAIL");
      expect(cache.get(question("SRV"), 5 * SECOND)).toBe(null);
    }
  });

  test("DNS-30 a cached denial hides a success; a cached SERVFAIL does not", () => {
    const cache = new AnswerCache(THIRTY);
    cache.put(question(), success(30), 0);
    cache.put(question(), denial("NXDOMAIN", 10), 0);
    expect(cache.get(question(), 0)?.rcode).toBe("NXDOMAIN");
    expect(cache.get(question(), 10 * SECOND)?.rcode).toBe("NOERROR");
    cache.put(question(), SERVER_FAILURE, 10 * SECOND);
    expect(cache.get(question(), 10 * SECOND)?.rcode).toBe("NOERROR");
    expect(cache.get(question(), 14 * SECOND)?.rcode).toBe("NOERROR");
  });

  test("DNS-31 A and AAAA are cached apart", () => {
    const cache = new AnswerCache(THIRTY);
    cache.put(question(), denial("NXDOMAIN", 30), 0);
    expect(cache.get(question("AAAA"), 0)).toBe(null);
    cache.put(question("AAAA"), denial("NOERROR", 30), 10 * SECOND);
    expect([served(cache, 20 * SECOND), served(cache, 20 * SECOND, "AAAA")]).toEqual([[10], [20]]);
  });

  test("DNS-32 disable success|denial for the cluster domain: no entry of it is stored, others are", () => {
    const cache = new AnswerCache(capped(30, 30, ["cluster.local"]));
    for (const answer of [success(30), denial("NXDOMAIN", 30), SERVER_FAILURE]) {
      expect(cache.put(question(), answer, 0)).toBe(answer);
      expect(cache.get(question(), 0)).toBe(null);
    }
    cache.put(question("A", "notcluster.local"), success(30), 0);
    expect(cache.get(question("A", "notcluster.local"), 0)).not.toBe(null);
  });
});

describe("staleness", () => {
  const skips = "cache 30 {\n disable success cluster.local\n disable denial cluster.local\n}";
  test.each([
    ["kubeadm from 1.32 on", { cache: skips }, 0],
    ["kubeadm up to 1.31", { cache: "cache 30" }, 30],
    ["ttl 5", { cache: "cache 30", ttl: 5 }, 5],
  ])("DNS-37 %s: worst positive and negative staleness after the index changed", (_name, options, expected) => {
    const cluster = new TestCluster();
    cluster.commit(namespace("production"));
    cluster.commit(service("peers", "None"));
    cluster.commit(slice("peers", [{ address: "10.244.1.50" }]));
    cluster.commit(service("empty", "None"));
    const replica = cluster.replica(1, { corefile: corefile(options) });
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
    ["cached", "cache 30"],
    ["without cache", ""],
  ])("DNS-36 every reply is a uniform permutation: %s", (_name, cache) => {
    const cluster = new TestCluster();
    cluster.commit(namespace("production"));
    cluster.commit(service("peers", "None"));
    cluster.commit(slice("peers", [{ address: "10.0.0.1" }, { address: "10.0.0.2" }, { address: "10.0.0.3" }]));
    const replica = cluster.replica(1, { corefile: corefile({ cache }) });
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

  test("DNS-36 without loadbalance the order stays", () => {
    const cluster = new TestCluster();
    cluster.commit(namespace("production"));
    cluster.commit(service("peers", "None"));
    cluster.commit(slice("peers", [{ address: "10.0.0.1" }, { address: "10.0.0.2" }, { address: "10.0.0.3" }]));
    const replica = cluster.replica(1, { corefile: ".:53 {\n kubernetes cluster.local\n cache 30\n}" });
    cluster.runUntil(SECOND);
    for (let i = 0; i < 20; i++) {
      const { answers } = ask(cluster, replica, "peers.production.svc.cluster.local");
      expect(answers.map(({ address }) => (address ?? 0) % 256)).toEqual([1, 2, 3]);
    }
  });

  test("DNS-53 the order of the chain is that of plugin.cfg, whatever the order of the Corefile's lines", () => {
    const order =
      "reload ready health errors loadbalance rewrite autopath cache template hosts kubernetes loop forward".split(" ");
    expect(PLUGINS.map(({ name }) => name)).toEqual(order);
    const lines = ["errors", "ready", "kubernetes cluster.local", "forward . 8.8.8.8", "cache 30", "loadbalance"];
    const names = (some: readonly string[]): string[] =>
      servers(`.:53 {\n${some.join("\n")}\n}`).flatMap(({ plugins }) => plugins.map(({ name }) => name));
    expect(names(lines)).toEqual(["ready", "errors", "loadbalance", "cache", "kubernetes", "forward"]);
    expect(names([...lines].reverse())).toEqual(names(lines));
  });
});
