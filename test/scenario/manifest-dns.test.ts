import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.js";
import { loadText, webManifests } from "./load-fixture.js";

/** The template's spec with one more line, and what is said about it. */
function inPod(line: string) {
  const { objects, said } = loadText(webManifests("    spec:\n", `    spec:\n      ${line}\n`));
  return { spec: objects.deployments[0]!.spec.template.spec, said };
}

/** Both on one line, so that messages begin at line 14. */
function inConfig(config: string, policy = "ClusterFirst") {
  return inPod(`dnsPolicy: ${policy}\n      dnsConfig: ${config}`);
}

describe("dnsPolicy and dnsConfig", () => {
  test("are read without a word", () => {
    const config =
      "{nameservers: [192.0.2.1], searches: [a.example, _b.example.], options: [{name: ndots, value: '2'}, {name: rotate}]}";
    const { spec, said } = inConfig(config, "None");
    expect(said).toEqual([]);
    expect(spec.dnsPolicy).toBe("None");
    expect(spec.dnsConfig).toEqual({
      nameservers: [parseAddress("192.0.2.1")],
      searches: ["a.example", "_b.example."],
      options: [
        { name: "ndots", value: "2" },
        { name: "rotate", value: null },
      ],
    });
  });

  test.each(["ClusterFirst", "ClusterFirstWithHostNet", "Default"])("the policy %s needs no dnsConfig", (policy) => {
    const { spec, said } = inPod(`dnsPolicy: ${policy}`);
    expect(said).toEqual([]);
    expect(spec.dnsPolicy).toBe(policy);
    expect(spec).not.toHaveProperty("dnsConfig");
  });

  test("without them the policy is ClusterFirst", () => {
    expect(loadText(webManifests()).objects.deployments[0]!.spec.template.spec.dnsPolicy).toBe("ClusterFirst");
  });

  test("the policy None needs a nameserver", () => {
    expect(inPod("dnsPolicy: None").said).toEqual([
      expect.stringMatching(/error spec\.template\.spec\.dnsPolicy: the policy None needs at least one nameserver/),
    ]);
    expect(inConfig("{searches: [a.example]}", "None").said).toHaveLength(1);
  });

  test("an IPv6 nameserver is left out, loudly", () => {
    const { spec, said } = inConfig('{nameservers: ["2001:db8::1", 192.0.2.1]}');
    expect(said).toEqual([expect.stringMatching(/loud warning .*nameservers\[0\]: only IPv4 is simulated/)]);
    expect(spec.dnsConfig?.nameservers).toEqual([parseAddress("192.0.2.1")]);
  });

  test.each([
    ["{nameservers: [kube-dns]}", /nameservers\[0\]: "kube-dns" is no IP address/],
    ["{nameservers: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]}", /nameservers: more than 3 nameservers/],
    ["{searches: [a..b]}", /searches\[0\]: "a..b" is no DNS name/],
    [`{searches: [${Array.from({ length: 33 }, (_, i) => `d${i}`).join(", ")}]}`, /searches: more than 32/],
    [`{searches: [${Array.from({ length: 20 }, () => "d.".repeat(60)).join(", ")}]}`, /2419 characters, at most 2048/],
    ["{options: [{value: '2'}]}", /options\[0\]\.name: an option needs a name/],
  ])("%s is refused, as by the API server", (config, message) => {
    const { said } = inConfig(config);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/ error /);
    expect(said[0]).toMatch(message);
  });
});
