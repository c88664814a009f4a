import { describe, expect, it } from "vitest";
import { COREDNS_DIRECTIVES, ONCE, WITHOUT_EFFECT } from "../../../src/dns/corefile/coredns-directives.js";
import { DirectiveReader } from "../../../src/dns/corefile/directive-reader.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";
import type { Plugin, SetupContext } from "../../../src/dns/plugins/plugin.js";
import { configureServers } from "../../../src/dns/server/configure.js";

/** A plugin that takes one argument at most and notes what it was set up with. */
function noting(name: string, notes: string[]): Plugin {
  return {
    name,
    setup(directives, { zones, hostSearch, report }: SetupContext) {
      for (const directive of directives) new DirectiveReader(directive, report).count(0, 1);
      notes.push(`${name} of ${zones.map((zone) => zone || ".").join(" ")} with ${hostSearch.join(" ")}`);
      return directives.map(() => ({ handler: null }));
    },
  };
}

function configure(text: string) {
  const notes: string[] = [];
  const plugins = ["health", "cache", "kubernetes", "forward"].map((name) => noting(name, notes));
  const { corefile, errors } = parseCorefile(text);
  if (corefile === null) throw new Error(errors[0]?.message);
  const configured = configureServers(corefile, plugins, { hostSearch: ["corp"], hostNameservers: [] });
  return {
    notes,
    chains: configured.servers.map((server) => server.plugins.map(({ name }) => name).join(" ")),
    keys: configured.servers.map((server) => server.keys.map(({ zone, port }) => `${zone}:${port}`).join(" ")),
    said: configured.errors.map(({ position, message }) => `${position.line}:${position.column} ${message}`),
    hints: configured.errors.map(({ hint }) => hint),
  };
}

describe("configured servers", () => {
  it("have their plugins in the order of the chain, several of one where it repeats", () => {
    const { chains, said } = configure(". {\n forward a\n kubernetes\n forward b\n cache\n}");
    expect(chains).toEqual(["cache kubernetes forward forward"]);
    expect(said).toEqual([]);
  });

  it("come one for each block, with its keys and zones", () => {
    const { keys, chains, notes } = configure("A.org b.org:54 {\n cache\n}\n. {\n forward\n}\nc {\n}");
    expect(keys).toEqual(["a.org:53 b.org:54", ":53", "c:53"]);
    expect(chains).toEqual(["cache", "forward", ""]);
    expect(notes).toEqual(["cache of a.org b.org with corp", "forward of . with corp"]);
  });

  it("leave out what has no effect on answers", () => {
    const text = `. {\n${[...WITHOUT_EFFECT.keys()].map((name) => ` ${name} a b {\n  c }\n`).join("")} cache\n}`;
    expect(configure(text)).toMatchObject({ said: [], chains: ["cache"] });
  });

  it.each([
    [". {\n kubernets\n}", '2:2 CoreDNS has no plugin "kubernets"', "did you mean kubernetes?"],
    [". {\n zzzzzzzzz\n}", '2:2 CoreDNS has no plugin "zzzzzzzzz"', "a server block holds one directive a line"],
    [
      ". {\n etcd\n}",
      "2:2 the plugin etcd is not modelled yet",
      "it could change answers; modelled: health, cache, kubernetes, forward",
    ],
    [
      ". {\n cache\n cache 30\n}",
      "3:2 cache stands here a second time: the first is at line 2",
      "a server block has it once",
    ],
    [". {\n health a b\n}", "2:11 health takes 0 to 1 arguments, not 2", ""],
  ])("%j", (text, message, hint) => {
    expect(configure(text)).toMatchObject({ said: [message], hints: [hint] });
  });

  it("errors of all blocks come in the order of the text, an unknown name once a block", () => {
    const { said } = configure("a {\n x\n x\n cache 1 2\n}\nb {\n x\n cache\n cache\n}");
    expect(said.map((each) => each.slice(0, 3))).toEqual(["2:2", "4:1", "7:2", "9:2"]);
  });

  it("the same plugin in two blocks is no repetition", () => {
    expect(configure("a {\n cache\n}\nb {\n cache\n}").said).toEqual([]);
  });
});

describe("the table of directives", () => {
  it("names only what CoreDNS has, once each, in its order", () => {
    expect(COREDNS_DIRECTIVES).toHaveLength(60);
    expect(new Set(COREDNS_DIRECTIVES).size).toBe(60);
    for (const name of [...WITHOUT_EFFECT.keys(), ...ONCE]) expect(COREDNS_DIRECTIVES, name).toContain(name);
    const places = ["ready", "health", "errors", "loadbalance", "rewrite", "autopath", "cache", "template", "hosts"];
    const rest = ["kubernetes", "loop", "forward", "whoami"];
    const order = [...places, ...rest].map((name) => COREDNS_DIRECTIVES.indexOf(name));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("gives a reason for each directive without effect", () => {
    for (const [name, reason] of WITHOUT_EFFECT) expect(reason.length, name).toBeGreaterThan(5);
  });
});
