/** Statements about the resolv.conf that the kubelet writes for pods. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.js";
import type { PodDnsConfig } from "../../src/model/objects.js";
import { type ResolvConfInput, resolvConf } from "../../src/node/resolv-conf.js";

const INPUT: ResolvConfInput = {
  namespace: "production",
  clusterDns: [parseAddress("10.96.0.10")!],
  clusterDomain: "cluster.local",
  node: { nameservers: [parseAddress("192.168.0.1")!], search: ["corp.example"], options: ["rotate"] },
  dnsPolicy: "ClusterFirst",
  dnsConfig: null,
  hostNetwork: false,
};
const NODE = "nameserver 192.168.0.1\nsearch corp.example\noptions rotate\n";
const CLUSTER =
  "nameserver 10.96.0.10\nsearch production.svc.cluster.local svc.cluster.local cluster.local corp.example\noptions ndots:5\n";
const DNS_CONFIG: PodDnsConfig = {
  nameservers: [parseAddress("192.0.2.1")!, parseAddress("10.96.0.10")!],
  searches: ["own.example", "corp.example"],
  options: [
    { name: "ndots", value: "2" },
    { name: "single-request", value: null },
  ],
};

function searchOf(search: readonly string[]): string[] {
  return resolvConf({ ...INPUT, node: { ...INPUT.node, search } })
    .split("\n")[1]!
    .split(" ")
    .slice(1);
}

describe("kubelet", () => {
  test("DNS-17 ClusterFirst: the cluster's server and list, the node's list behind them, ndots:5", () => {
    expect(resolvConf(INPUT)).toBe(CLUSTER);
    expect(searchOf(["cluster.local", "corp.example"])).toHaveLength(4);
  });

  test("DNS-17 at most three nameservers", () => {
    const clusterDns = [1, 2, 3, 4];
    expect(resolvConf({ ...INPUT, clusterDns }).match(/nameserver/g)).toHaveLength(3);
    const own = { ...DNS_CONFIG, nameservers: [1, 2, 3] };
    expect(resolvConf({ ...INPUT, dnsConfig: own }).match(/nameserver .*/g)).toEqual([
      "nameserver 10.96.0.10",
      "nameserver 0.0.0.1",
      "nameserver 0.0.0.2",
    ]);
  });

  test("DNS-17 at most 32 searches, of 253 characters each and 2048 together", () => {
    const many = Array.from({ length: 40 }, (_, i) => `d${i}.example`);
    expect(searchOf(many)).toHaveLength(32);
    expect(searchOf(many).at(-1)).toBe("d28.example");
    expect(searchOf(["x".repeat(254), "y".repeat(253)]).slice(3)).toEqual(["y".repeat(253)]);
    // entries are counted before the over-long ones among them are left out
    expect(searchOf(["x".repeat(254), ...many])).toHaveLength(31);
    // the cluster's three take 67 characters: 7 × (1 + 253) fit behind them, an eighth does not
    const long = Array.from({ length: 9 }, (_, i) => `${i}${"z".repeat(252)}`);
    expect(searchOf(long)).toHaveLength(3 + 7);
    expect(searchOf(long).join(" ").length).toBeLessThanOrEqual(2048);
  });

  test("DNS-17 dnsConfig: lists appended without duplicates, options merged by name, for every policy", () => {
    const of = (dnsPolicy: ResolvConfInput["dnsPolicy"]): string =>
      resolvConf({ ...INPUT, dnsPolicy, dnsConfig: DNS_CONFIG });
    expect(of("ClusterFirst")).toBe(
      "nameserver 10.96.0.10\nnameserver 192.0.2.1\n" +
        "search production.svc.cluster.local svc.cluster.local cluster.local corp.example own.example\n" +
        "options ndots:2 single-request\n",
    );
    expect(of("Default")).toBe(
      "nameserver 192.168.0.1\nnameserver 192.0.2.1\nnameserver 10.96.0.10\n" +
        "search corp.example own.example\noptions rotate ndots:2 single-request\n",
    );
    expect(of("None")).toBe(
      "nameserver 192.0.2.1\nnameserver 10.96.0.10\nsearch own.example corp.example\noptions ndots:2 single-request\n",
    );
  });

  test("DNS-17 None without dnsConfig leaves nothing", () => {
    expect(resolvConf({ ...INPUT, dnsPolicy: "None" })).toBe("");
  });

  test("DNS-18 hostNetwork with ClusterFirst gets the node's file, as the policy Default does", () => {
    expect(resolvConf({ ...INPUT, hostNetwork: true })).toBe(NODE);
    expect(resolvConf({ ...INPUT, dnsPolicy: "Default" })).toBe(NODE);
    expect(resolvConf({ ...INPUT, clusterDns: [] })).toBe(NODE);
  });

  test("DNS-18 hostNetwork with ClusterFirstWithHostNet gets the cluster's", () => {
    const dnsPolicy = "ClusterFirstWithHostNet";
    expect(resolvConf({ ...INPUT, dnsPolicy, hostNetwork: true })).toBe(CLUSTER);
    expect(resolvConf({ ...INPUT, dnsPolicy, clusterDns: [] })).toBe(NODE);
  });
});
