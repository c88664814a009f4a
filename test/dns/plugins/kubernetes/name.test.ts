import { expect, test } from "vitest";
import { isReverseZone, parseName, reverseAddress } from "../../../../src/dns/plugins/kubernetes/name.js";

test.each([
  ["api.example.com", { kind: "outside" }],
  ["notcluster.local", { kind: "outside" }],
  ["cluster.local", { kind: "empty" }],
  ["svc.cluster.local", { kind: "empty" }],
  ["pod.cluster.local", { kind: "empty" }],
  ["database.cluster.local", { kind: "invalid" }],
  ["api.example.com.cluster.local", { kind: "invalid" }],
  ["production.svc.cluster.local", { kind: "namespace", namespace: "production", pods: false }],
  ["production.pod.cluster.local", { kind: "namespace", namespace: "production", pods: true }],
  ["10-1-2-3.production.pod.cluster.local", { kind: "pod", namespace: "production", address: 167838211 }],
  ["web.production.pod.cluster.local", { kind: "pod", namespace: "production", address: null }],
  ["dns-version.cluster.local", { kind: "version" }],
  ["database.production.svc.cluster.local", { kind: "service", namespace: "production", key: "production/database" }],
  [
    "db-0.database.production.svc.cluster.local",
    { kind: "endpoint", namespace: "production", key: "production/database", endpoint: "db-0" },
  ],
  ["api.example.com.svc.cluster.local", { kind: "endpoint", namespace: "com", key: "com/example", endpoint: "api" }],
  [
    "_http._tcp.web.production.svc.cluster.local",
    { kind: "port", namespace: "production", key: "production/web", port: "http", protocol: "tcp" },
  ],
  [
    "api.example.com.production.svc.cluster.local",
    { kind: "port", namespace: "production", key: "production/com", port: "api", protocol: "example" },
  ],
  ["a.b.c.web.production.svc.cluster.local", { kind: "invalid" }],
])("%s", (name, parsed) => {
  expect(parseName(name, "cluster.local")).toEqual(parsed);
});

test("reverse names of IPv4 addresses, and zones that hold them", () => {
  expect(reverseAddress("4.3.2.10.in-addr.arpa")).toBe(167904004);
  expect(
    ["3.2.10.in-addr.arpa", "in-addr.arpa", "4.3.2.10.example", "x.3.2.10.in-addr.arpa"].map(reverseAddress),
  ).toEqual([null, null, null, null]);
  expect(["10.in-addr.arpa", "ip6.arpa", "cluster.local", ""].map(isReverseZone)).toEqual([true, true, false, false]);
});
