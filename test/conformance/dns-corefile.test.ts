/** Statements about what a Corefile says. What its servers answer is tested with them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kubeadmCorefile, kubeadmOptions } from "../../src/dns/addon/kubeadm-corefile.js";
import type { Directive } from "../../src/dns/corefile/corefile.js";
import { DirectiveReader } from "../../src/dns/corefile/directive-reader.js";
import { parseCorefile } from "../../src/dns/corefile/parser.js";
import { type CacheOptions, readCacheOptions } from "../../src/dns/plugins/cache/options.js";
import { health } from "../../src/dns/plugins/health.js";
import { type KubernetesOptions, readKubernetesOptions } from "../../src/dns/plugins/kubernetes/options.js";
import type { Plugin } from "../../src/dns/plugins/plugin.js";
import { configureServers } from "../../src/dns/server/configure.js";
import { COREDNS_DEPLOYMENT, EKS, KUBEADM_1_31, KUBEADM_1_32 } from "../dns/corefile/corefiles.js";

const CONTEXT = { hostSearch: [], hostNameservers: [] };

interface Read {
  readonly kubernetes: KubernetesOptions;
  /** Null without the plugin. */
  readonly cache: CacheOptions | null;
  readonly errors: readonly string[];
}

/** What the kubernetes and cache plugins make of their directives in the first server block. */
function readOptions(text: string): Read {
  const parsed = parseCorefile(text);
  const errors = parsed.errors.map(({ message }) => message);
  const directives = parsed.corefile?.blocks[0]?.directives ?? [];
  const reader = (name: string): DirectiveReader | null => {
    const found = directives.find((each: Directive) => each.name.text === name);
    return found === undefined ? null : new DirectiveReader(found, (_position, message) => errors.push(message));
  };
  const kubernetes = reader("kubernetes");
  const cache = reader("cache");
  if (kubernetes === null) throw new Error("no kubernetes plugin");
  return {
    kubernetes: readKubernetesOptions(kubernetes, [""]),
    cache: cache === null ? null : readCacheOptions(cache, [""]),
    errors,
  };
}

/** Plugins of kubeadm's Corefile that only tell their place. */
const CHAIN: readonly Plugin[] = "reload ready health errors loadbalance cache kubernetes loop forward"
  .split(" ")
  .map((name) => ({ name, setup: (directives) => directives.map(() => ({ handler: null })) }));

describe("Corefile", () => {
  it("DNS-53 the order of the lines decides nothing: every permutation gives the same chain", () => {
    const { corefile } = parseCorefile(KUBEADM_1_32);
    const [block] = corefile?.blocks ?? [];
    if (block === undefined) throw new Error("no block");
    const chainOf = (directives: readonly Directive[]): string[] => {
      const { servers, errors } = configureServers({ blocks: [{ keys: block.keys, directives }] }, CHAIN, CONTEXT);
      expect(errors).toEqual([]);
      return servers.flatMap(({ plugins }) => plugins.map(({ name }) => name));
    };
    const expected = "reload ready health errors loadbalance cache kubernetes loop forward".split(" ");
    expect(chainOf(block.directives)).toEqual(expected);
    fc.assert(
      fc.property(fc.shuffledSubarray([...block.directives], { minLength: block.directives.length }), (directives) => {
        expect(chainOf(directives)).toEqual(expected);
      }),
      { seed: 53, numRuns: 200 },
    );
  });

  it("DNS-53 directives that may repeat keep their order among themselves", () => {
    const { corefile } = parseCorefile(". {\n forward b 2\n cache\n forward a 1\n}");
    if (corefile === null) throw new Error("no Corefile");
    const seen: string[] = [];
    const forward: Plugin = {
      name: "forward",
      setup: (directives) => {
        seen.push(...directives.map((each) => each.arguments[0]?.text ?? ""));
        return directives.map(() => ({ handler: null }));
      },
    };
    configureServers(corefile, [...CHAIN.filter(({ name }) => name !== "forward"), forward], CONTEXT);
    expect(seen).toEqual(["b", "a"]);
  });

  it("DNS-54 keys keep their zones, the root is the empty one, and the same zone and port twice is refused", () => {
    const { corefile } = parseCorefile("Cluster.Local {\n}\nsvc.cluster.local 10.0.0.0/23 {\n}\n.:53 {\n}");
    expect(corefile?.blocks.map(({ keys }) => keys.map(({ zone }) => zone))).toEqual([
      ["cluster.local"],
      ["svc.cluster.local", "0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa"],
      [""],
    ]);
    const { errors } = parseCorefile("cluster.local {\n}\nCLUSTER.LOCAL.:53 {\n}");
    expect(errors.map(({ position }) => position)).toEqual([{ line: 3, column: 1 }]);
  });

  it("DNS-55 health { lameduck 5s } on one line is an error at the brace; on three lines it is 5 s", () => {
    const configure = (text: string) => {
      const { corefile } = parseCorefile(text);
      if (corefile === null) throw new Error("no Corefile");
      return configureServers(corefile, [health], CONTEXT);
    };
    const oneLine = configure(". {\n    health { lameduck 5s }\n}\n");
    expect(oneLine.errors.map(({ position }) => position)).toEqual([{ line: 2, column: 26 }]);
    expect(oneLine.errors[0]?.message).toBe("lameduck takes 1 argument, not 2");
    expect(oneLine.errors[0]?.hint).toContain("closing brace on a line of its own");
    const threeLines = configure(". {\n    health {\n        lameduck 5s\n    }\n}\n");
    expect(threeLines.errors).toEqual([]);
    expect(threeLines.servers[0]?.plugins[0]?.lifecycle?.lameduck).toBe(5_000_000);
  });

  it.each([
    ["kubeadm 1.31, as it writes it", KUBEADM_1_31, 30, "insecure", []],
    ["kubeadm 1.32, as it writes it", KUBEADM_1_32, 30, "insecure", ["cluster.local"]],
    ["kubeadm 1.29, ours", kubeadmCorefile("cluster.local", kubeadmOptions(29)), 30, "insecure", []],
    ["kubeadm 1.31, ours", kubeadmCorefile("cluster.local", kubeadmOptions(31)), 30, "insecure", []],
    ["kubeadm 1.32, ours", kubeadmCorefile("cluster.local", kubeadmOptions(32)), 30, "insecure", ["cluster.local"]],
    ["kubeadm 1.37, ours", kubeadmCorefile("cluster.local", kubeadmOptions(37)), 30, "insecure", ["cluster.local"]],
    ["EKS", EKS, 5, "insecure", []],
    ["coredns/deployment", COREDNS_DEPLOYMENT, 5, "disabled", []],
  ] as const)("DNS-56 %s: TTL, pod records, cache", (_name, text, ttl, pods, disabled) => {
    const { kubernetes, cache, errors } = readOptions(text);
    expect(errors).toEqual([]);
    expect(kubernetes).toMatchObject({ ttl, pods, zones: ["cluster.local", "in-addr.arpa", "ip6.arpa"] });
    expect(kubernetes.fallthrough).toEqual(["in-addr.arpa", "ip6.arpa"]);
    for (const answers of [cache?.success, cache?.denial])
      expect(answers).toMatchObject({ cap: 30, least: 5, disabled });
  });
});
