/** A Corefile among the manifests: found, checked at its place in the YAML, written back. */
import { describe, expect, it } from "vitest";
import { kubeadmCorefile, kubeadmOptions } from "../../src/dns/addon/kubeadm-corefile.js";
import { assumed } from "../../src/scenario/assumptions.js";
import { Report } from "../../src/scenario/diagnostic.js";
import { openScenario } from "../../src/scenario/open.js";
import { resolvedYaml } from "../../src/scenario/resolved-document.js";
import { memoryFiles, webManifests } from "./load-fixture.js";

const SCENARIO = `apiVersion: kubechurn/v1alpha1
kind: Scenario
spec:
  cluster: {components: {coredns: {OPTIONS}}}
  traffic: [{to: web, rps: 1}]
`;

function open(configMaps: string, options = "") {
  const report = new Report();
  const files = memoryFiles({
    "s.yaml": SCENARIO.replace("OPTIONS", options),
    "web.yaml": webManifests(),
    "dns.yaml": configMaps,
  });
  const manifests = configMaps === "" ? ["web.yaml"] : ["web.yaml", "dns.yaml"];
  const { scenario, resolved } = openScenario(files, { files: ["s.yaml"], manifests }, report);
  const said = report.sorted().map(({ location: { file, line, column }, severity, path, message }) => {
    return `${file}:${line}:${column} ${severity} ${path}: ${message}`;
  });
  return { scenario, resolved, coreDns: scenario?.cluster.coreDns, said };
}

function configMap(data: string, name = "coredns", namespace = "kube-system"): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: ${namespace}}\ndata:\n${data}\n`;
}

const COREFILE = ".:53 {\n    cache 10\n    kubernetes cluster.local {\n        ttl 7\n    }\n}\n";
const block = (text: string, indent = "    "): string =>
  `  Corefile: |\n${text.replace(/^(?=.)/gm, indent)}`.replace(/\n$/, "");

describe("the Corefile of the manifests", () => {
  it("is the one that CoreDNS runs with", () => {
    const { coreDns, said } = open(configMap(block(COREFILE)));
    expect(said).toEqual([]);
    expect(coreDns).toEqual({ replicas: 2, corefile: COREFILE, environment: {}, options: null });
  });

  it("may be that of another ConfigMap of kube-system, when there is no coredns", () => {
    expect(open(configMap(block(COREFILE), "rke2-coredns-rke2-coredns")).coreDns?.corefile).toBe(COREFILE);
    const labelled = configMap(block(COREFILE), "dns").replace("{name", "{labels: {k8s-app: kube-dns}, name");
    expect(open(labelled)).toMatchObject({ coreDns: { corefile: COREFILE }, said: [] });
    const both = open(`${configMap(block(". {\n}\n"), "old-coredns")}---\n${configMap(block(COREFILE))}`);
    expect(both.coreDns?.corefile).toBe(COREFILE);
    expect(both.said).toEqual([
      "dns.yaml:5:13 warning data.Corefile: this Corefile is not used: CoreDNS runs with that of kube-system/coredns",
    ]);
  });

  it("is one", () => {
    const twice = `${configMap(block(COREFILE), "a-coredns")}---\n${configMap(block(COREFILE), "b-coredns")}`;
    expect(open(twice).said).toEqual([
      "dns.yaml:17:13 error data.Corefile: a second Corefile: the first is that of kube-system/a-coredns",
    ]);
  });

  it.each([
    ["one that forwards everything", ".:5353 {\n    forward . 8.8.8.8:53\n    log\n}\n", "lab-dns", "lab"],
    ["one with a plugin that is not modelled", ".:5353 {\n    whoami\n}\n", "lab-dns", "lab"],
    ["one that CoreDNS could not read", "no { braces\n", "dns", "default"],
    ["one of a tool beside CoreDNS", COREFILE, "blocky", "kube-system"],
    ["one of a second CoreDNS elsewhere", COREFILE, "coredns", "edge"],
    ["NodeLocal DNSCache's name elsewhere", COREFILE, "nodelocaldns", "edge"],
  ])("is not that of an application: %s", (_what, text, name, namespace) => {
    const { coreDns, said } = open(configMap(block(text), name, namespace));
    expect(coreDns?.options).not.toBeNull();
    expect(said).toEqual([
      `dns.yaml:5:13 warning data.Corefile: the Corefile of ${namespace}/${name} is not that of the cluster's DNS, and is left out`,
    ]);
    const beside = open(`${configMap(block(text), name, namespace)}---\n${configMap(block(COREFILE))}`);
    expect(beside.coreDns?.corefile).toBe(COREFILE);
  });

  it("is not that of an application, which may be anything", () => {
    expect(open(configMap("  Corefile: {a: 5}", "a", "b")).said).toEqual([
      "dns.yaml:5:13 warning data.Corefile: the Corefile of b/a is not that of the cluster's DNS, and is left out",
    ]);
  });

  it("is not that of NodeLocal DNSCache", () => {
    const { coreDns, said } = open(configMap(block(COREFILE), "node-local-dns"));
    expect(coreDns?.options).not.toBeNull();
    expect(said).toEqual(["dns.yaml:5:13 warning data.Corefile: the Corefile of NodeLocal DNSCache is not read"]);
  });

  it("must be text", () => {
    expect(open(configMap("  Corefile: 5")).said).toEqual([
      "dns.yaml:5:13 error data.Corefile: a Corefile must be text",
    ]);
  });

  it("has its variables from the options", () => {
    const text = ".:53 {\n    kubernetes cluster.local {\n        ttl {$TTL}\n    }\n}\n";
    const { coreDns, said } = open(configMap(block(text)), 'env: {TTL: "9"}');
    expect(said).toEqual([]);
    expect(coreDns?.environment).toEqual({ TTL: "9" });
    expect(open(configMap(block(text))).said).toEqual([
      'dns.yaml:8:17 error data.Corefile: ttl: "" is no whole number from 0 to 3600',
    ]);
  });
});

describe("the files beside a Corefile", () => {
  const K3S = `.:53 {
    kubernetes cluster.local
    hosts /etc/coredns/NodeHosts {
        ttl 60
        reload 15s
        fallthrough
    }
    import /etc/coredns/custom/*.override
}
import /etc/coredns/custom/*.server
`;
  const custom = (data: string): string => configMap(data, "coredns-custom");

  it("that nobody gives are warned of, and nothing else", () => {
    const { coreDns, said } = open(configMap(block(K3S)));
    expect(coreDns).toMatchObject({ corefile: K3S });
    expect(coreDns?.files).toBeUndefined();
    expect(said).toEqual([
      'dns.yaml:8:15 warning data.Corefile: hosts: there is no file "/etc/coredns/NodeHosts": it counts as empty',
      'dns.yaml:13:16 warning data.Corefile: no file matches "/etc/coredns/custom/*.override": nothing is imported',
      'dns.yaml:15:12 warning data.Corefile: no file matches "/etc/coredns/custom/*.server": nothing is imported',
    ]);
  });

  it("are the other keys of its ConfigMap and those of coredns-custom, and are written back", () => {
    const nodeHosts = '  NodeHosts: "10.0.0.1 node-1"';
    const additions = custom(
      "  log.override: log\n  lab.server: |\n    lab.example:53 {\n      forward . 8.8.8.8\n    }",
    );
    const { coreDns, said, resolved } = open(`${configMap(`${block(K3S)}\n${nodeHosts}`)}---\n${additions}`);
    expect(said).toEqual([]);
    const files = {
      "/etc/coredns/NodeHosts": "10.0.0.1 node-1",
      "/etc/coredns/custom/log.override": "log",
      "/etc/coredns/custom/lab.server": "lab.example:53 {\n  forward . 8.8.8.8\n}\n",
    };
    expect(coreDns?.files).toEqual(files);
    const again = openScenario(memoryFiles({ "r.yaml": resolvedYaml(resolved!) }), { files: ["r.yaml"] }, new Report());
    expect(again.scenario?.cluster.coreDns).toEqual(coreDns);
  });

  it("have their errors at their own place", () => {
    const { said } = open(
      `${configMap(block(K3S))}---\n${custom("  a.server: |\n    a.org:53 {\n      forwrad . 8.8.8.8\n    }")}`,
    );
    expect(said.filter((each) => each.includes("error"))).toEqual([
      'dns.yaml:23:7 error data.Corefile: CoreDNS has no plugin "forwrad"',
    ]);
  });

  it("are left out loudly without the Corefile that they belong to", () => {
    expect(open(custom("  a.override: log")).said).toEqual([
      "dns.yaml:4:1 warning data: these additions to a Corefile are left out: that of kube-system/coredns is not among the manifests",
    ]);
  });
});

describe("errors of a Corefile stand at its place in the YAML", () => {
  const BAD = ". {\n  errors\n\n  kubernets a\n}\n";
  const message = 'error data.Corefile: CoreDNS has no plugin "kubernets"';

  it.each([
    ["a literal block", configMap(block(BAD)), "9:7"],
    ["a literal block, deeper", configMap(block(BAD, "          ")), "9:13"],
    ["a literal block with an indentation indicator", configMap(block(`  ${BAD}`, "    ").replace("|", "|2")), "9:7"],
    ["a literal block without line feed at the end", configMap(block(BAD).replace("|", "|- # no end")), "9:7"],
    ["a literal block with carriage returns", configMap(block(BAD)).replace(/\n/g, "\r\n"), "9:7"],
    ["a folded block: at its beginning", configMap(block(BAD).replace("|", ">")), "5:13"],
    ["a text in quotes over lines: at its beginning", configMap(`  Corefile: ${JSON.stringify(BAD)}`), "5:13"],
    ["a text of one line", configMap("  Corefile: '. { kubernets'\n"), "5:14"],
  ])("%s", (_what, text, place) => {
    const found = open(text).said.filter((each) => each.includes(" error data.Corefile: "));
    if (place === "5:14") expect(found[0]).toMatch(/^dns\.yaml:5:16 error data\.Corefile: "\{" without "\}"/);
    else expect(found).toEqual([`dns.yaml:${place} ${message}`]);
  });

  it("in a List as well", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: coredns, namespace: kube-system}\n  data:\n    Corefile: |\n      .:x {\n      }\n`;
    expect(open(list).said).toEqual(['dns.yaml:9:7 error data.Corefile: "x" is no port, in the key ".:x"']);
  });
});

describe("typed options", () => {
  it("beside a Corefile are a conflict", () => {
    const { said } = open(configMap(block(COREFILE)), "ttl: 5, cache: false, lameduck: 1s, cacheSkipsCluster: true");
    const options = ["ttl", "cache", "lameduck", "cacheSkipsCluster"];
    expect(said.map((each) => each.replace(/^s\.yaml:4:\d+ /, ""))).toEqual(
      options.map((name) => `error spec.cluster.components.coredns.${name}: the Corefile at dns.yaml:6 decides this`),
    );
  });

  it("that the Corefile does not have stand beside it", () => {
    expect(open(configMap(block(COREFILE)), "replicas: 3").coreDns?.replicas).toBe(3);
  });

  it("make kubeadm's Corefile", () => {
    const { coreDns } = open("", "ttl: 5, cache: 9, cacheSkipsCluster: false, lameduck: 1s");
    const options = { ttlSeconds: 5, cacheSeconds: 9, cacheSkipsCluster: false, lameduck: 1_000_000 };
    expect(coreDns).toEqual({
      replicas: 2,
      corefile: kubeadmCorefile("cluster.local", options),
      environment: {},
      options,
    });
  });

  it("left out are those of the table of assumptions", () => {
    const { options } = open("").coreDns ?? {};
    expect(options).toMatchObject({ ...kubeadmOptions(37), cacheSkipsCluster: expect.any(Boolean) });
    expect(options?.ttlSeconds).toBe(assumed("cluster.components.coredns.ttl"));
    expect(options?.cacheSeconds).toBe(assumed("cluster.components.coredns.cache"));
    expect(assumed("cluster.components.coredns.lameduck")).toBe("5s");
  });
});

describe("scenario.resolved.yaml", () => {
  it.each([
    ["a Corefile", configMap(block(COREFILE)), "env: {A: b}"],
    ["a Corefile without line feed, with spaces at line ends", configMap(`  Corefile: ". {  \\n\\terrors \\n}"`), ""],
    ["a Corefile without directives", configMap('  Corefile: ". { }"'), ""],
    ["typed options", "", "ttl: 5, cache: false"],
  ])("runs to the same scenario: %s", (_what, configMaps, options) => {
    const { scenario, resolved, said } = open(configMaps, options);
    expect(said).toEqual([]);
    if (scenario === null || resolved === null) throw new Error("no scenario");
    const text = resolvedYaml(resolved);
    expect(text.includes("Corefile")).toBe(configMaps !== "");
    const report = new Report();
    const again = openScenario(memoryFiles({ "r.yaml": text }), { files: ["r.yaml"] }, report);
    expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(again.scenario?.cluster).toEqual(scenario.cluster);
    expect(again.resolved === null ? "" : resolvedYaml(again.resolved)).toBe(text.replace(/name: s$/m, "name: s"));
  });

  it("says that the Corefile decides what the options would", () => {
    const { scenario } = open(configMap(block(COREFILE)));
    const row = scenario?.assumptions.find(({ path }) => path === "cluster.components.coredns.ttl");
    expect(row).toMatchObject({ value: "as in the Corefile", isDefault: false });
    const standard = open("").scenario?.assumptions.find(({ path }) => path === "cluster.components.coredns.ttl");
    expect(standard).toMatchObject({ value: "30 seconds", isDefault: true });
  });
});

describe("the capacity of CoreDNS", () => {
  it("is read, and written back", () => {
    const { scenario, resolved } = open("", "queriesPerSecond: 500, queueCapacity: 20");
    expect(scenario?.cluster.coreDns).toMatchObject({ queriesPerSecond: 500, queueCapacity: 20 });
    expect(resolvedYaml(resolved!)).toMatch(/queriesPerSecond: 500\n\s+queueCapacity: 20\n/);
  });
});
