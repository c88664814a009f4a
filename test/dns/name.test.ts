import { expect, test } from "vitest";
import { isBelow, parseName } from "../../src/dns/name.js";

test.each([
  ["api.example.com", { kind: "outside" }],
  ["notcluster.local", { kind: "outside" }],
  ["cluster.local", { kind: "empty" }],
  ["svc.cluster.local", { kind: "empty" }],
  ["pod.cluster.local", { kind: "empty" }],
  ["database.cluster.local", { kind: "invalid" }],
  ["api.example.com.cluster.local", { kind: "invalid" }],
  ["production.svc.cluster.local", { kind: "namespace", namespace: "production" }],
  ["production.pod.cluster.local", { kind: "namespace", namespace: "production" }],
  ["10-1-2-3.production.pod.cluster.local", { kind: "invalid" }],
  ["database.production.svc.cluster.local", { kind: "service", key: "production/database" }],
  ["db-0.database.production.svc.cluster.local", { kind: "endpoint", key: "production/database", endpoint: "db-0" }],
  ["api.example.com.svc.cluster.local", { kind: "endpoint", key: "com/example", endpoint: "api" }],
  [
    "_http._tcp.web.production.svc.cluster.local",
    { kind: "port", key: "production/web", port: "http", protocol: "tcp" },
  ],
  [
    "api.example.com.production.svc.cluster.local",
    { kind: "port", key: "production/com", port: "api", protocol: "example" },
  ],
  ["a.b.c.web.production.svc.cluster.local", { kind: "invalid" }],
])("%s", (name, parsed) => {
  expect(parseName(name, "cluster.local")).toEqual(parsed);
});

test("a domain is matched label by label", () => {
  expect(["a.b", "x.a.b", "xa.b", "b"].map((name) => isBelow(name, "a.b"))).toEqual([true, true, false, false]);
});
