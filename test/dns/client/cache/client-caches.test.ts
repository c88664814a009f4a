import { describe, expect, test } from "vitest";
import { CLIENT_CACHES } from "../../../../src/dns/client/cache/client-caches.js";
import { retryDelay } from "../../../../src/dns/client/cache/grpc.js";
import { timeToLive } from "../../../../src/dns/client/cache/kept-lookup.js";
import { SECOND } from "../../../../src/engine/duration.js";
import { lookup, type Scripted, ScriptedClient } from "./scripted-client.js";

const FAILED: Scripted = { status: "EAI_AGAIN", timedOut: true };
const GONE: Scripted = {};
/** Address 1, and from this second on something else. */
const from =
  (second: number, then: Scripted) =>
  (now: number): Scripted =>
    now < second ? { address: 1 } : then;
const always = (): Scripted => ({ address: 1 });

describe("the list of client caches", () => {
  test("has the presets in the order of the documentation", () => {
    expect(CLIENT_CACHES.map(({ name }) => name).join(" ")).toBe(
      "none jvm grpc envoy nginx dotnet haproxy go python nscd systemd-resolved",
    );
    expect(new Set(CLIENT_CACHES.map(({ summary }) => summary)).size).toBe(CLIENT_CACHES.length);
  });
});

describe.each(["none", "go", "python", "dotnet"])("%s", (type) => {
  test("asks for every lookup", () => {
    const client = new ScriptedClient(type, {}, from(2, { address: 2 })).asks(1, 1, 2).run(9);
    expect(client.asked).toEqual([1, 1, 2]);
    expect(client.got).toEqual(["1:1", "1:1", "2:2"]);
  });
});

describe("a cache on demand", () => {
  test("lets those wait who ask during a lookup, and serves them without a question", () => {
    const client = new ScriptedClient("jvm", {}, always).asks(1, 1, 1.0005, 1.002).run(9);
    expect(client.asked).toEqual([1]);
    expect(client.got).toEqual(["1:1", "1:1*", "1.0005:1*", "1.002:1*"]);
  });

  test("of a JVM can be for ever, or not at all", () => {
    const forever = { ttl: Number.POSITIVE_INFINITY };
    expect(new ScriptedClient("jvm", forever, always).asks(1, 99_999).run(1e5).asked).toEqual([1]);
    expect(new ScriptedClient("jvm", { ttl: 0 }, always).asks(1, 2).run(9).asked).toEqual([1, 2]);
  });

  test("of a JVM keeps failures of every sort for 10 s", () => {
    for (const failure of [GONE, FAILED]) {
      const client = new ScriptedClient("jvm", {}, () => failure).asks(1, 10.9, 11.1).run(20);
      expect(client.asked).toEqual([1, 11.1]);
    }
  });

  test("of a JVM serves stale addresses while lookups fail, and retries once a lifetime", () => {
    const options = { staleTtl: 60 * SECOND };
    const client = new ScriptedClient("jvm", options, from(20, FAILED)).asks(1, 32, 32.0005, 61, 62.5, 95).run(200);
    expect(client.asked).toEqual([1, 32, 62.5, 95]);
    expect(client.got).toEqual(["1:1", "32.0005:1*", "32:1*", "61:1*", "62.5:1*", "95:EAI_AGAIN"]);
  });

  test("of nginx asks once; with valid again after that time; with respectTtl when the TTL is over", () => {
    const asked = (options: object): number[] =>
      new ScriptedClient("nginx", options, () => ({ address: 1, ttl: 7 })).asks(1, 5, 9, 12, 9999).run(1e5).asked;
    expect(asked({})).toEqual([1]);
    expect(asked({ valid: 10 * SECOND })).toEqual([1, 12, 9999]);
    expect(asked({ respectTtl: true })).toEqual([1, 9, 9999]);
    expect(new ScriptedClient("nginx", {}, () => GONE).asks(1, 2).run(9).asked).toEqual([1, 2]);
  });

  test("of nscd keeps addresses for an hour and missing names for 20 s, failures not at all", () => {
    expect(new ScriptedClient("nscd", {}, always).asks(1, 3600, 3602).run(1e4).asked).toEqual([1, 3602]);
    expect(new ScriptedClient("nscd", {}, () => GONE).asks(1, 20, 22).run(99).asked).toEqual([1, 22]);
    expect(new ScriptedClient("nscd", {}, () => FAILED).asks(1, 2).run(99).asked).toEqual([1, 2]);
  });

  test("of systemd-resolved lives as long as the answer", () => {
    const client = (scripted: Scripted) =>
      new ScriptedClient("systemd-resolved", {}, () => scripted).asks(1, 5.9, 6.1).run(99).asked;
    expect(client({ address: 1, ttl: 5 })).toEqual([1, 6.1]);
    expect(client({ ttl: 5 })).toEqual([1, 6.1]);
    expect(client(FAILED)).toEqual([1, 5.9, 6.1]);
  });
});

describe("a cache that refreshes", () => {
  test("of Envoy asks every 5 s from the first use on, and serves what it has", () => {
    const client = new ScriptedClient("envoy", {}, from(6, { address: 2 })).asks(1, 1, 6.0005, 6.5, 30).run(13);
    expect(client.asked).toEqual([1, 6.001, 11.002]);
    expect(client.got).toEqual(["1:1", "1:1*", "6.0005:1*", "6.5:2*"]);
  });

  test("of Envoy goes by the TTL if told so", () => {
    const answers = () => ({ address: 1, ttl: 3 });
    expect(new ScriptedClient("envoy", { respectTtl: true }, answers).asks(1).run(8).asked).toEqual([1, 4.001, 7.002]);
  });

  test("of Envoy keeps its hosts when a lookup fails, and has none when there are none", () => {
    expect(new ScriptedClient("envoy", {}, from(5, FAILED)).asks(1, 8, 500).run(501).got.at(-1)).toBe("500:1*");
    expect(new ScriptedClient("envoy", {}, from(5, GONE)).asks(1, 8).run(9).got.at(-1)).toBe("8:EAI_NONAME*");
    expect(new ScriptedClient("envoy", {}, (now) => (now < 5 ? FAILED : { address: 1 })).asks(1, 8).run(9).got).toEqual(
      ["1:EAI_AGAIN", "8:1*"],
    );
  });

  test("of HAProxy asks every 10 s and keeps addresses for 30 s of failures", () => {
    const client = new ScriptedClient("haproxy", {}, from(5, GONE)).asks(1, 30, 42).run(43);
    expect(client.asked).toEqual([1, 11.001, 21.002, 31.003, 41.004]);
    expect(client.got).toEqual(["1:1", "30:1*", "42:EAI_NONAME*"]);
  });

  test("of HAProxy without resolvers asks once", () => {
    const options = { valid: Number.POSITIVE_INFINITY };
    expect(new ScriptedClient("haproxy", options, always).asks(1, 9999).run(1e5).asked).toEqual([1]);
  });

  test("of gRPC asks after a connection failed, 30 s after the last time at the earliest", () => {
    const client = new ScriptedClient("grpc", {}, from(5, { address: 2 })).asks(1, 20, 40).fails(10, 12, 100).run(200);
    // the second failure comes while a lookup is planned: another one follows it
    expect(client.asked).toEqual([1, 31.001, 61.002, 100]);
    expect(client.got).toEqual(["1:1", "20:1*", "40:2*"]);
  });

  test("of gRPC repeats a failed lookup by itself, and keeps addresses unless they are gone", () => {
    const failing = new ScriptedClient("grpc", {}, from(5, FAILED)).asks(1, 60).fails(10).run(61);
    expect(failing.asked).toEqual([1, 31.001, 32.602, 35.163, 39.26, 45.815, 56.301]);
    expect(failing.got.at(-1)).toBe("60:1*");
    expect(new ScriptedClient("grpc", {}, from(5, GONE)).asks(1, 40).fails(10).run(41).got.at(-1)).toBe(
      "40:EAI_NONAME*",
    );
  });

  test("of gRPC waits longer each time, up to two minutes", () => {
    expect([1, 2, 3, 11].map(retryDelay)).toEqual([1_600_000, 2_560_000, 4_096_000, 120 * SECOND]);
  });

  test("ends with its process", () => {
    const client = new ScriptedClient("envoy", {}, always).asks(1).run(2);
    client.context.crash();
    expect(client.run(99).asked).toEqual([1]);
  });

  test("does not keep a cluster from settling", () => {
    const client = new ScriptedClient("envoy", {}, always).asks(1).run(2);
    expect(client.simulation.pendingControl).toBe(0);
  });
});

test("the time to live is the lowest of the records, or that of the SOA", () => {
  expect(timeToLive(lookup({ address: 1, ttl: 9 }, 0))).toBe(9 * SECOND);
  expect(timeToLive(lookup({ ttl: 4 }, 0))).toBe(4 * SECOND);
  expect(timeToLive(lookup(FAILED, 0))).toBe(0);
});
