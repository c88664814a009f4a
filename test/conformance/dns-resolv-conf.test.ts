/** Statements about the resolv.conf that the kubelet writes. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.js";
import { type ResolvConfInput, resolvConf } from "../../src/node/resolv-conf.js";

const INPUT: ResolvConfInput = {
  namespace: "production",
  clusterDns: [parseAddress("10.96.0.10")!],
  clusterDomain: "cluster.local",
  nodeNameservers: [parseAddress("192.168.0.1")!],
  nodeSearch: ["corp.example"],
  nodeOptions: ["rotate"],
  dnsPolicy: "ClusterFirst",
  hostNetwork: false,
};
const NODE = "nameserver 192.168.0.1\nsearch corp.example\noptions rotate\n";

function searchOf(nodeSearch: readonly string[]): string[] {
  return resolvConf({ ...INPUT, nodeSearch })
    .split("\n")[1]!
    .split(" ")
    .slice(1);
}

describe("kubelet", () => {
  test("DNS-17 ClusterFirst: the cluster's server and list, the node's list behind them, ndots:5", () => {
    expect(resolvConf(INPUT)).toBe(
      "nameserver 10.96.0.10\nsearch production.svc.cluster.local svc.cluster.local cluster.local corp.example\noptions ndots:5\n",
    );
    expect(searchOf(["cluster.local", "corp.example"])).toHaveLength(4);
  });

  test("DNS-17 at most three nameservers", () => {
    const clusterDns = [1, 2, 3, 4];
    expect(resolvConf({ ...INPUT, clusterDns }).match(/nameserver/g)).toHaveLength(3);
  });

  test("DNS-17 at most 32 searches, of 253 characters each and 2048 together", () => {
    const many = Array.from({ length: 40 }, (_, i) => `d${i}.example`);
    expect(searchOf(many)).toHaveLength(32);
    expect(searchOf(many).at(-1)).toBe("d28.example");
    expect(searchOf(["x".repeat(254), "y".repeat(253)]).slice(3)).toEqual(["y".repeat(253)]);
    // the cluster's three take 67 characters: 7 × (1 + 253) fit behind them, an eighth does not
    const long = Array.from({ length: 9 }, (_, i) => `${i}${"z".repeat(252)}`);
    expect(searchOf(long)).toHaveLength(3 + 7);
    expect(searchOf(long).join(" ").length).toBeLessThanOrEqual(2048);
  });

  test("DNS-18 hostNetwork with ClusterFirst gets the node's file, as the policy Default does", () => {
    expect(resolvConf({ ...INPUT, hostNetwork: true })).toBe(NODE);
    expect(resolvConf({ ...INPUT, dnsPolicy: "Default" })).toBe(NODE);
    expect(resolvConf({ ...INPUT, clusterDns: [] })).toBe(NODE);
  });
});
