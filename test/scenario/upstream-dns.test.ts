/** `cluster.upstreamDNS`, targets outside the cluster, and the churn action upstream-outage. */
import { describe, expect, test } from "vitest";
import { MILLISECOND, SECOND } from "../../src/engine/duration.js";
import { parseAddress } from "../../src/model/address.js";
import { deployment, load, objects, service } from "./resolve-fixtures.js";

const SHOP = objects({ deployments: [deployment("api")], services: [service("api")] });
const UPSTREAM = {
  records: { "api.example.com": "198.51.100.1", "two.example.com": ["198.51.100.2", "198.51.100.3"] },
  aliases: { "www.example.com": "api.example.com" },
  latency: "20ms",
};

function withUpstream(upstreamDNS: unknown, rest: Record<string, unknown> = {}) {
  return load({ cluster: { upstreamDNS }, ...rest }, SHOP);
}

describe("cluster.upstreamDNS", () => {
  test("gives names addresses and aliases; by default there are none, after 5 ms", () => {
    const { scenario, texts } = withUpstream(UPSTREAM);
    expect(texts).toEqual([]);
    const { records, aliases, latency } = scenario!.cluster.upstreamDns!;
    expect([...records]).toEqual([
      ["api.example.com", [parseAddress("198.51.100.1")]],
      ["two.example.com", [parseAddress("198.51.100.2"), parseAddress("198.51.100.3")]],
    ]);
    expect([...aliases]).toEqual([["www.example.com", "api.example.com"]]);
    expect(latency).toBe(20 * MILLISECOND);
    const plain = load({}, SHOP).scenario!.cluster.upstreamDns!;
    expect([plain.records.size, plain.aliases.size, plain.latency]).toEqual([0, 0, 5 * MILLISECOND]);
  });

  test("is written out, and read again gives the same", () => {
    const { scenario, resolved } = withUpstream(UPSTREAM, { churn: [{ "upstream-outage": "all", for: "30s" }] });
    const spec = resolved;
    const again = load(spec as Record<string, unknown>, SHOP);
    expect(again.texts).toEqual([]);
    expect(again.scenario!.cluster.upstreamDns).toEqual(scenario!.cluster.upstreamDns);
    expect(again.scenario!.churn).toEqual(scenario!.churn);
  });

  test.each([
    [{ records: { "a.example": "nowhere" } }, '"nowhere" is no IPv4 address'],
    [{ records: { "a.example": "10.96.0.10" } }, "10.96.0.10 lies within the cluster's range 10.96.0.0/12"],
    [{ records: { "a.example": "198.51.100.1" }, aliases: { "a.example": "b.example" } }, "a.example is an alias too"],
    [{ aliases: { "a.example": "b.example" } }, "b.example does not exist"],
    [
      { records: { "web.default.svc.cluster.local": "198.51.100.1" } },
      "names below cluster.local are answered by the cluster",
    ],
    [{ records: { "A.example": "198.51.100.1" } }, "is no DNS name in lower case"],
    [{ recodrs: {} }, "upstreamDNS.recodrs: unknown key (did you mean records?)"],
  ])("%j: %s", (upstreamDNS, message) => {
    expect(withUpstream(upstreamDNS).texts.join("\n")).toContain(message);
  });

  test("the assumption about its latency is named, and known when it was chosen", () => {
    const of = (scenario: ReturnType<typeof load>["scenario"]) =>
      scenario!.assumptions.find(({ path }) => path === "cluster.upstreamDNS.latency");
    expect(of(load({}, SHOP).scenario)).toMatchObject({ value: "5ms", isDefault: true });
    expect(of(withUpstream(UPSTREAM).scenario)).toMatchObject({ value: "20ms", isDefault: false });
  });
});

describe("targets outside the cluster", () => {
  test.each([
    ["api.example.com", null],
    ["http://www.example.com/", 80],
    ["tcp://Two.Example.com.:5432", 5432],
  ])("%s is a name that no Service answers, and that is legal", (to, port) => {
    const { scenario, texts } = withUpstream(UPSTREAM, { traffic: [{ to, rps: 1 }] });
    expect(texts).toEqual([]);
    expect(scenario!.traffic[0]!.to).toMatchObject({ kind: "name", text: to, port, service: null });
    expect(scenario!.traffic[0]!.from).toEqual({ kind: "per-node", namespace: "default" });
  });

  test("a name that the servers outside do not know is still an error", () => {
    const { texts } = withUpstream(UPSTREAM, { traffic: [{ to: "other.example.com", rps: 1 }] });
    expect(texts.join("\n")).toContain("names outside the cluster exist only when cluster.upstreamDNS lists them");
  });

  test("an address that a name outside has is no surprise", () => {
    const traffic = (to: string) => withUpstream(UPSTREAM, { traffic: [{ to, rps: 1 }] }).texts;
    expect(traffic("198.51.100.1:443")).toEqual([]);
    expect(traffic("198.51.100.9:443").join("\n")).toContain("lies in no range of the cluster");
  });
});

describe("upstream-outage", () => {
  test.each([
    [{ "upstream-outage": "all", at: "20s", for: "30s" }],
    [{ action: "upstream-outage", target: "all", at: "20s", for: "30s" }],
  ])("%j", (entry) => {
    const { scenario, texts } = load({ duration: "2m", churn: [entry] }, SHOP);
    expect(texts).toEqual([]);
    expect(scenario!.churn).toEqual([
      {
        name: "upstream-outage",
        action: "upstream-outage",
        at: 20 * SECOND,
        every: null,
        target: { kind: "upstream" },
        parameters: { for: 30 * SECOND },
      },
    ]);
  });

  test("has no other target", () => {
    expect(load({ churn: [{ "upstream-outage": "192.0.2.53" }] }, SHOP).texts.join("\n")).toContain(
      "all: the DNS servers",
    );
  });
});
