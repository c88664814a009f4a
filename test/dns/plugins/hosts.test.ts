import { describe, expect, test } from "vitest";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { PLUGINS } from "../../../src/dns/plugins/order.js";
import { configureServers } from "../../../src/dns/server/configure.js";
import { formatAddress } from "../../../src/model/address.js";
import { ServerBlock } from "./server-block.js";

const FILE =
  "# made by k3s\n10.0.0.1 Node-1 one.example # first\n\n10.0.0.2\tnode-2\nfe80::1 node-6\nnonsense node-x\n10.0.0.3 node-1\n";

function addresses(lines: string, name: string, files: Readonly<Record<string, string>> = {}): string[] | string {
  const { rcode, answers } = new ServerBlock(lines, { files }).answer(name);
  return rcode === "NOERROR" ? answers.map(({ address }) => formatAddress(address ?? 0)) : rcode;
}

function warnings(lines: string): string[] {
  const { corefile } = parseCorefile(`. {\n${lines}\n}\n`);
  const configured = configureServers(corefile!, PLUGINS, { hostSearch: [], hostNameservers: [] });
  expect(configured.errors).toEqual([]);
  return configured.warnings.map(({ position, message }) => `${position.line}:${position.column} ${message}`);
}

describe("hosts FILE", () => {
  const files = { "/etc/coredns/NodeHosts": FILE };
  const hosts = "hosts /etc/coredns/NodeHosts {\n ttl 60\n reload 15s\n 10.0.0.9 inline\n fallthrough\n}";

  test.each([
    ["node-1", ["10.0.0.1", "10.0.0.3"]],
    ["one.example", ["10.0.0.1"]],
    ["node-2", ["10.0.0.2"]],
    ["node-6", []],
    ["inline", ["10.0.0.9"]],
  ])("%s has the addresses %j of the file and of the lines", (name, expected) => {
    expect(addresses(hosts, name, files)).toEqual(expected);
  });

  test("what it does not list falls through, or is no answer", () => {
    expect(addresses(`${hosts}\nforward . 192.0.2.1`, "node-x", files)).toEqual(["198.51.100.1"]);
    expect(addresses("hosts /etc/coredns/NodeHosts", "node-x", files)).toBe("SERVFAIL");
  });

  test("a file that is missing is empty, with a warning", () => {
    expect(addresses(`${hosts}\nforward . 192.0.2.1`, "node-1")).toEqual(["198.51.100.1"]);
    expect(addresses(hosts, "inline")).toEqual(["10.0.0.9"]);
    expect(warnings(hosts)).toEqual(['2:7 hosts: there is no file "/etc/coredns/NodeHosts": it counts as empty']);
    // The first argument is the file, whatever it looks like.
    expect(warnings("hosts example.org {\n fallthrough\n}")).toEqual([
      '2:7 hosts: there is no file "example.org": it counts as empty',
    ]);
    expect(warnings("hosts {\n 10.0.0.1 a\n}")).toEqual([]);
    expect(warnings("hosts /etc/hosts")).toEqual([]);
  });
});
