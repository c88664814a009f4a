import { describe, expect, it } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import type { TrafficTarget } from "../../src/model/scenario.js";
import { workloadNoun } from "../../src/model/workload.js";
import { buildPodSpec } from "../support/objects.js";
import { deployment, load, objects, service } from "./resolve-fixtures.js";

const shop = objects({
  deployments: [deployment("web"), deployment("database", "production"), deployment("client"), deployment("api")],
  services: [
    service("web"),
    service("database", "production", { ports: [5432] }),
    service("frontend", "default", { selector: { app: "api" }, ports: [80, 9090] }),
    service("dns", "default", { protocol: "UDP", selector: { app: "web" } }),
  ],
});

function traffic(to: unknown, from?: unknown, given = shop) {
  return load({ traffic: [{ to, rps: 10, ...(from === undefined ? {} : { from }) }] }, given);
}

const clients = { pods: { matchLabels: { app: "client" } } };

describe("traffic targets", () => {
  it.each<readonly [unknown, unknown, Partial<TrafficTarget>, string]>([
    ["web", undefined, { kind: "name", host: "web", port: null, service: "default/web" }, "default"],
    ["web:80", clients, { kind: "name", host: "web", port: 80, service: "default/web" }, ""],
    ["web.default", clients, { kind: "name", service: "default/web" }, ""],
    ["web.default.svc", clients, { kind: "name", service: "default/web" }, ""],
    ["web.default.svc.cluster.local", clients, { kind: "name", service: "default/web" }, ""],
    ["web.default.svc.cluster.local.", clients, { kind: "name", service: "default/web" }, ""],
    ["http://web/", clients, { kind: "name", host: "web", port: 80 }, ""],
    [
      "tcp://database.production:5432",
      clients,
      { kind: "name", host: "database.production", port: 5432, service: "production/database" },
      "",
    ],
    [
      "database",
      undefined,
      { kind: "name", host: "database", port: null, service: "production/database" },
      "production",
    ],
    ["10.244.1.7:8080", undefined, { kind: "address", address: 0x0af40107, port: 8080 }, "default"],
    [
      { podOf: { kind: "Deployment", name: "web" }, port: 8080, learnedAt: "5s" },
      undefined,
      {
        kind: "pod-of",
        workload: { kind: "Deployment", namespace: "default", name: "web" },
        index: 0,
        port: 8080,
        learnedAt: 5 * SECOND,
        text: "default/web[0]:8080",
      },
      "default",
    ],
  ])("%j from %j", (to, from, expected, namespace) => {
    const { scenario, texts } = traffic(to, from);
    expect(texts).toEqual([]);
    expect(scenario?.traffic[0]?.to).toMatchObject(expected);
    if (namespace !== "") expect(scenario?.traffic[0]?.from).toEqual({ kind: "per-node", namespace });
  });

  it("a Deployment stands for the Service in front of it", () => {
    const given = objects({ services: [service("front", "default", { selector: { app: "web" } })] });
    expect(traffic("web", undefined, given).scenario?.traffic[0]?.to).toEqual({
      kind: "name",
      text: "web",
      host: "front",
      port: null,
      service: "default/front",
    });
  });

  it.each<readonly [unknown, unknown, string]>([
    [
      "wbe",
      undefined,
      `error: spec.traffic[0].to: nothing defines the target wbe: there is no Service or ${workloadNoun()} of this name (did you mean web?)`,
    ],
    [
      "api.example.com",
      clients,
      `error: spec.traffic[0].to: nothing defines the target api.example.com: there is no Service or ${workloadNoun()} of this name; names outside the cluster exist only when cluster.upstreamDNS lists them (Services: web, database, frontend, dns)`,
    ],
    ["client", clients, "error: spec.traffic[0].to: no Service selects the Deployment client (add a Service)"],
    [
      "frontend",
      clients,
      "error: spec.traffic[0].to: the Service default/frontend has several ports (name one of 80, 9090 in the target (without a Scenario: --to), such as frontend:80)",
    ],
    [
      "dns",
      clients,
      "error: spec.traffic[0].to: the Service default/dns has no TCP port (traffic over UDP is not modelled yet)",
    ],
    ["https://web/", clients, "error: spec.traffic[0].to: the scheme https is not modelled yet"],
    ["http://[::1]:80/", clients, "error: spec.traffic[0].to: IPv6 is not modelled yet"],
    ["10.96.0.20", clients, "error: spec.traffic[0].to: an address needs a port, for instance 10.96.0.20:80"],
    ["10.96.0.256:80", clients, "error: spec.traffic[0].to: 10.96.0.256 is no IPv4 address"],
    ["web:99999", clients, "error: spec.traffic[0].to: the port 99999 does not exist"],
    [
      "we b",
      clients,
      "error: spec.traffic[0].to: this is no target: write a name, name:port, address:port or http://name:port/",
    ],
    [
      { podOf: { kind: "Deployment", name: "wep" }, port: 80 },
      undefined,
      "error: spec.traffic[0].to.podOf: there is no Deployment wep (did you mean web?)",
    ],
    [
      { podOf: { kind: "Deployment", name: "web" }, index: 9, port: 80 },
      undefined,
      "warning: spec.traffic[0].to.index: web has 3 pods at first, so there may be no pod 9",
    ],
    [
      "database",
      clients,
      "warning: spec.traffic[0].to: no Service answers the name database for clients in the namespace default: every lookup fails (there is production/database)",
    ],
    [
      "web.staging",
      clients,
      "warning: spec.traffic[0].to: no Service answers the name web.staging for clients in the namespace default: every lookup fails (there is default/web)",
    ],
    [
      "web:81",
      clients,
      "warning: spec.traffic[0].to: the Service default/web has no port 81, but 80 (nothing answers there)",
    ],
    [
      "10.96.0.20:80",
      undefined,
      "warning: spec.traffic[0].to: no manifest gives a Service the address 10.96.0.20 (set its spec.clusterIP)",
    ],
    [
      "8.8.8.8:53",
      undefined,
      "warning: spec.traffic[0].to: 8.8.8.8 lies in no range of the cluster: nobody answers there",
    ],
    [
      "web",
      "outside",
      "warning: spec.traffic[0].to: names of the cluster mean nothing outside: every request will fail (give an address)",
    ],
    [
      "web",
      { pods: { matchLabels: { app: "nobody" } } },
      "warning: spec.traffic[0].from.pods: no pod of the namespace default has these labels: nobody sends",
    ],
  ])("%j from %j is told", (to, from, expected) => {
    const { scenario, texts } = traffic(to, from);
    expect(texts).toEqual([expected]);
    expect(scenario === null).toBe(expected.startsWith("error"));
  });

  it("a name that no Service answers resolves to nothing, and loudly", () => {
    const { scenario, diagnostics } = traffic("database", clients);
    expect(scenario?.traffic[0]?.to).toMatchObject({ host: "database", service: null });
    expect(diagnostics[0]?.loud).toBe(true);
  });

  it("the name of a pod behind a headless Service", () => {
    const db = deployment("db");
    const template = { ...db.spec.template, spec: buildPodSpec({ hostname: "db-0", subdomain: "db" }) };
    const given = objects({
      deployments: [{ ...db, spec: { ...db.spec, template } }],
      services: [service("db", "default", { clusterIP: "None" })],
    });
    expect(traffic("db-0.db:5432", undefined, given).scenario?.traffic[0]?.to).toMatchObject({ service: "default/db" });
    expect(traffic("db-1.db:5432", undefined, given).texts[0]).toContain("no pod of default/db has the hostname db-1");
  });

  it("Services of one name in several namespaces, none of them default", () => {
    const given = objects({ deployments: [], services: [service("a", "x"), service("a", "y")] });
    expect(traffic("a", undefined, given).texts).toEqual([
      "error: spec.traffic[0].to: Services called a exist in several namespaces (write a.NAMESPACE: x, y)",
    ]);
  });

  it("names entries after their targets", () => {
    const { scenario } = load({
      traffic: [
        { to: "web", rps: 1 },
        { to: "web", rps: 2 },
        { name: "web-2", to: "web", rps: 3 },
      ],
    });
    expect(scenario?.traffic.map((entry) => entry.name)).toEqual(["web", "web-3", "web-2"]);
  });

  it.each<readonly [unknown, readonly string[]]>([
    [{ to: "web" }, ["error: spec.traffic[0]: how many requests? (add rps: 100)"]],
    [{ to: "web", rps: 0 }, ["warning: spec.traffic[0].rps: the rate is 0: no request will be sent"]],
    [{ to: "web", rps: 1e9 }, ["error: spec.traffic[0].rps: more than 1000000 requests a second cannot be simulated"]],
    [{ to: "web", rps: 1, rate: 1 }, ["error: spec.traffic[0].rate: rps and rate say the same (keep one)"]],
    [
      { to: "web", rps: 1, timeUnit: "1m" },
      ["error: spec.traffic[0].timeUnit: timeUnit belongs to rate (write rate instead of rps)"],
    ],
  ])("rates: %j", (entry, expected) => {
    expect(load({ traffic: [entry] }).texts).toEqual(expected);
  });

  it("a rate counts per unit of time", () => {
    expect(load({ traffic: [{ to: "web", rate: 30, timeUnit: "1m" }] }).scenario?.traffic[0]?.rate).toBe(0.5);
  });
});
