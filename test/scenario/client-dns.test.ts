/** The parts of a scenario that say how names become addresses: the client's resolver, the nodes' resolv.conf. */
import { describe, expect, it } from "vitest";
import { RESOLVERS } from "../../src/dns/client/resolver/resolvers.js";
import { parseAddress } from "../../src/model/address.js";
import { load } from "./resolve-fixtures.js";

function client(dns: unknown) {
  return load({ traffic: [{ to: "web", rps: 1, client: { dns } }] });
}

describe("client.dns", () => {
  it("is glibc without an order of its own, unless told otherwise", () => {
    expect(client({}).scenario!.traffic[0]!.client).toMatchObject({ resolver: "glibc", addressOrder: "as-received" });
  });

  it("is a word, and said to be one for a mapping without prototype, as YAML gives it", () => {
    const { texts } = client({ resolver: Object.create(null) });
    expect(texts).toEqual([expect.stringContaining("the resolver is glibc")]);
  });

  it.each(RESOLVERS.map(({ name }) => name))("can be %s, and is written so", (resolver) => {
    const { scenario, resolved, texts } = client({ resolver, addressOrder: "rule9" });
    expect(texts).toEqual([]);
    expect(scenario!.traffic[0]!.client).toMatchObject({ resolver, addressOrder: "rule9" });
    expect(resolved).toMatchObject({
      traffic: [{ client: { dns: { resolver, addressOrder: "rule9" } } }],
    });
  });

  it("names the resolvers there are", () => {
    expect(client({ resolver: "bind" }).texts[0]).toContain("the resolver is glibc, musl, go, go-cgo, node-lookup");
    expect(client({ resolver: "node" }).texts[0]).toContain(
      "dns.lookup is node-lookup and dns.resolve is node-resolve",
    );
    expect(client({ addressOrder: "sorted" }).texts[0]).toContain("addressOrder is as-received or rule9");
  });
});

describe("cluster.nodeResolvConf", () => {
  it("has one nameserver outside, and nothing else", () => {
    expect(load({}).scenario?.cluster.nodeResolvConf).toEqual({
      nameservers: [parseAddress("192.0.2.53")],
      search: [],
      options: [],
    });
  });

  it("is read, and written", () => {
    const nodeResolvConf = { nameservers: ["10.0.0.2"], search: ["corp.example"], options: ["rotate", "timeout:2"] };
    const { scenario, resolved, texts } = load({ cluster: { nodeResolvConf } });
    expect(texts).toEqual([]);
    expect(scenario!.cluster.nodeResolvConf).toEqual({ ...nodeResolvConf, nameservers: [parseAddress("10.0.0.2")] });
    expect(resolved).toMatchObject({ cluster: { nodeResolvConf } });
  });

  it.each([
    [{ nameservers: ["dns.example"] }, 'nameservers[0]: "dns.example" is no IPv4 address'],
    [{ search: ["A B"] }, 'search[0]: "A B" is no DNS name in lower case'],
    [{ options: ["timeout: 2"] }, 'options[0]: an option is one word, such as rotate or "timeout:2"'],
  ])("%j is refused", (nodeResolvConf, message) => {
    expect(load({ cluster: { nodeResolvConf } }).texts[0]).toContain(`spec.cluster.nodeResolvConf.${message}`);
  });
});
