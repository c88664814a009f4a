/** What clients keep of answers, and when they ask again. */
import { describe, expect, test } from "vitest";
import { uncached } from "../../src/dns/client/cache/client-cache.js";
import { SECOND } from "../../src/engine/duration.js";
import type { ConnectionSettings } from "../../src/model/scenario.js";
import { ClientPod } from "../../src/traffic/client-pod.js";
import { lookup, ScriptedClient } from "../dns/client/cache/scripted-client.js";
import { answering } from "../support/resolving.js";
import { address, TrafficHarness } from "../traffic/harness.js";

/** An application that asks once a second for two minutes; the DNS servers' answer changes at 50 s. */
const SECONDS = Array.from({ length: 120 }, (_, second) => second + 0.5);
const CHANGE = 50;

function busy(type: string, ...failures: number[]): ScriptedClient {
  const client = new ScriptedClient(type, {}, (now) => ({ address: now < CHANGE ? 1 : 2, ttl: 3 }));
  return client
    .asks(...SECONDS)
    .fails(...failures)
    .run(120);
}

/** When the application first got the new address; NaN if never. */
function seen(client: ScriptedClient): number {
  const found = client.got.find((text) => text.includes(":2"));
  return found === undefined ? Number.NaN : Number.parseFloat(found);
}

describe("DNS-49 re-resolution", () => {
  test("DNS-49 JVM: every 30 s, whatever the TTL", () => {
    const client = busy("jvm");
    expect(client.asked).toEqual([0.5, 31.5, 62.5, 93.5]);
    expect(seen(client)).toBe(62.5);
  });

  test("DNS-49 Envoy: every 5 s, whatever the TTL", () => {
    const client = busy("envoy");
    expect(client.asked.length).toBe(24);
    expect(client.asked.slice(0, 3)).toEqual([0.5, 5.501, 10.502]);
    expect(seen(client) - CHANGE).toBeLessThanOrEqual(6);
  });

  test("DNS-49 nginx with a literal name: never again", () => {
    const client = busy("nginx");
    expect(client.asked).toEqual([0.5]);
    expect(seen(client)).toBeNaN();
  });

  test("DNS-49 gRPC: not without a failed connection", () => {
    expect(busy("grpc").asked).toEqual([0.5]);
  });

  test("DNS-49 gRPC: when a connection fails, at most every 30 s", () => {
    const client = busy("grpc", 60, 61, 62);
    expect(client.asked).toEqual([0.5, 60, 90.001]);
    expect(seen(client)).toBe(60.5);
    expect(busy("grpc", 10).asked).toEqual([0.5, 30.501]);
  });

  test("DNS-49 no cache: at once", () => {
    expect(seen(busy("none"))).toBe(50.5);
  });
});

/** A .NET client of a headless name, with one server; a second server takes its place in DNS at 10 s. */
function dotnet(reuse: ConnectionSettings["reuse"], stopAt: number) {
  const harness = new TrafficHarness();
  const first = harness.server("web-1", "10.244.1.5");
  harness.server("web-2", "10.244.1.6");
  const { simulation } = harness;
  const ip = (): number => address(simulation.now < 10 * SECOND ? "10.244.1.5" : "10.244.1.6");
  const resolver = uncached(
    answering((_, reply, payload) => reply(payload, lookup({ address: ip() }, simulation.now))),
  );
  const client = new ClientPod("default/client", harness.node(0), address("10.244.0.200"), () => resolver);
  const connection: ConnectionSettings = { reuse, balance: "pick-first", maxAge: null };
  harness.send(
    {
      to: { kind: "name", text: "web", host: "web", port: null, service: "default/web" },
      known: null,
      client: { connection },
    },
    client,
  );
  harness.at(stopAt * SECOND, () => first.terminate());
  harness.run(60 * SECOND);
  return harness.ended.map(({ holder, arrivedAt }) => ({ holder, at: arrivedAt / SECOND }));
}

describe("DNS-49 .NET", () => {
  test("DNS-49 .NET never asks while its connection lives", () => {
    const requests = dotnet("hold", 40);
    const switched = requests.find(({ holder }) => holder === "default/web-2");
    expect(switched?.at).toBe(40.5);
  });

  test("DNS-49 .NET with a connection for each request sees the change at once", () => {
    expect(dotnet("none", 40).find(({ holder }) => holder === "default/web-2")?.at).toBe(10.5);
  });
});
