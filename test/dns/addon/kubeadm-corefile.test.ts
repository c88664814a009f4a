import { describe, expect, it } from "vitest";
import { kubeadmCorefile, kubeadmOptions } from "../../../src/dns/addon/kubeadm-corefile.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import { KUBEADM_1_31, KUBEADM_1_32 } from "../corefile/corefiles.js";

/** The words of each line, without layout. */
const words = (text: string): string[][] => text.split("\n").map((line) => line.trim().split(/\s+/));

describe("kubeadm's Corefile", () => {
  it.each([
    [29, KUBEADM_1_31],
    [31, KUBEADM_1_31],
    [32, KUBEADM_1_32],
    [37, KUBEADM_1_32],
  ] as const)("of 1.%i", (minor, expected) => {
    expect(words(kubeadmCorefile("cluster.local", kubeadmOptions(minor)))).toEqual(words(expected));
  });

  it("with other options and another domain", () => {
    const options = { ttlSeconds: 0, cacheSeconds: 7, cacheSkipsCluster: true, lameduck: 1_500_000 };
    const text = kubeadmCorefile("example.org", options);
    expect(text).toContain("kubernetes example.org in-addr.arpa ip6.arpa {");
    expect(text).toContain(" ttl 0\n");
    expect(text).toContain("lameduck 1.5s");
    expect(text).toMatch(/cache 7 \{\s+disable success example.org\s+disable denial example.org\s+\}/);
    expect(parseCorefile(text).errors).toEqual([]);
  });

  it("without cache and lameduck", () => {
    const options = { ttlSeconds: 5, cacheSeconds: null, cacheSkipsCluster: true, lameduck: 0 };
    const text = kubeadmCorefile("cluster.local", options);
    expect(text).not.toContain("cache");
    expect(text).toMatch(/^\s*health$/m);
    expect(parseCorefile(text).errors).toEqual([]);
  });
});
