// biome-ignore-all lint/suspicious/noTemplateCurlyInString: some strings here are samples of source text
/** The non-functional rules, as an ordinary test: on the repository, and on one planted violation of each kind. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { conformance, FIDELITY, testedIds } from "./tidy/conformance.js";
import {
  bannedWords,
  type Files,
  fileLengths,
  fileNames,
  layering,
  noCycles,
  noNodeBelowCommandLine,
  type Rule,
  reportsReadOnlyData,
  scenariosOpenWithComment,
  testObjectsBuiltOnce,
} from "./tidy/rules.js";
import { codeOf, importsOf } from "./tidy/source-text.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const RULES: Readonly<Record<string, Rule>> = {
  layering,
  reportsReadOnlyData,
  noCycles,
  noNodeBelowCommandLine,
  bannedWords,
  fileNames,
  fileLengths,
  testObjectsBuiltOnce,
  scenariosOpenWithComment,
  conformance,
};

function readRepository(): Files {
  const paths = ["src", "test", "scenarios", "docs"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.path, entry.name).slice(ROOT.length).split(sep).join("/")),
  );
  return new Map(paths.sort((x, y) => (x < y ? -1 : 1)).map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

describe("the repository", () => {
  const files = readRepository();
  const count = (pattern: RegExp): number => [...files.keys()].filter((path) => pattern.test(path)).length;

  test("was seen: sources, scenarios, conformance tests", () => {
    expect(count(/^src\/.*\.ts$/)).toBeGreaterThan(0);
    expect(count(/^scenarios\/.*\.yaml$/)).toBeGreaterThan(0);
    expect(testedIds(files).size).toBeGreaterThan(0);
  });

  test("imports were seen: engine/simulation.ts imports the event queue", () => {
    const imports = importsOf(files.get("src/engine/simulation.ts") ?? "").map(({ specifier }) => specifier);
    expect(imports).toContain("./event-queue.js");
  });

  test.each(Object.entries(RULES))("keeps the rule %s", (_name, rule) => {
    expect(rule(files)).toEqual([]);
  });
});

/** One planted violation: the rule, a file that breaks it, and what the message must say. */
const PLANTED: readonly (readonly [rule: string, path: string, text: string, message: RegExp])[] = [
  [
    "layering",
    "src/engine/clock.ts",
    'import type { Pod } from "../model/objects.js";\n',
    /clock\.ts:1: engine must not/,
  ],
  [
    "layering",
    "src/dns/coredns.ts",
    '\nimport { x } from "../node/kubelet.js";',
    /coredns\.ts:2: dns must not import node/,
  ],
  ["layering", "src/apiserver/log.ts", 'export * from "../network/rule.js";', /apiserver must not import network/],
  ["layering", "src/model/a.ts", 'import "../simulate.js";', /model must not import simulate\.ts/],
  ["layering", "src/churn/a.ts", 'export const a = () => import("../index.js");', /churn must not import index\.ts/],
  ["layering", "src/attic/a.ts", "", /src\/attic has no level/],
  [
    "reportsReadOnlyData",
    "src/metrics/a.ts",
    'import { Log } from "../apiserver/log.js";',
    /sees src\/apiserver; read/,
  ],
  ["reportsReadOnlyData", "src/metrics/a.ts", 'import type { A } from "../node/b.js";', /sees src\/node; read rows/],
  ["reportsReadOnlyData", "src/report/plot/a.ts", 'import { a } from "../../network/rule.js";', /sees src\/network/],
  ["noCycles", "src/engine/a.ts", 'import { a } from "./a.js";', /a\.ts → src\/engine\/a\.ts: files import each other/],
  ["noNodeBelowCommandLine", "src/scenario/load.ts", 'import { readFileSync } from "node:fs";', /browser/],
  ["noNodeBelowCommandLine", "src/index.ts", 'import fs from "fs";', /fs does not exist in a browser/],
  ["bannedWords", "src/cli/main.ts", "const x = Math.random();", /main\.ts:1: no Math\.random: draw/],
  ["bannedWords", "src/dns/a.ts", "const x = Math.log2(3);", /no Math\.log2: .*engine\/math\.ts/],
  ["bannedWords", "src/dns/a.ts", "const x = Math.exp(3);", /no Math\.exp/],
  ["bannedWords", "src/dns/a.ts", "const x = Math.pow(3, 2);", /no Math\.pow/],
  ["bannedWords", "src/dns/a.ts", "/** two */\nconst x = 3 ** 2;", /a\.ts:2: no \*\*: .*multiply/],
  ["bannedWords", "src/dns/a.ts", "const x = `${new Date()}`;", /no Date: .*context\.now/],
  ["bannedWords", "src/dns/a.ts", "const x = performance.now();", /no performance\.: .*context\.now/],
  ["bannedWords", "src/dns/a.ts", "setTimeout(f, 1);", /no setTimeout: .*context\.after/],
  ["bannedWords", "src/dns/a.ts", "setInterval(f, 1);", /no setInterval/],
  ["bannedWords", "src/dns/a.ts", "async function f() {}", /no async: .*context\.after/],
  ["bannedWords", "src/dns/a.ts", "const x = await f();", /no await/],
  ["bannedWords", "src/dns/a.ts", "const x: Promise<void> = f();", /no Promise/],
  ["bannedWords", "src/dns/a.ts", "const x = a.localeCompare(b);", /no localeCompare: .*code units/],
  ["bannedWords", "src/dns/a.ts", "const x = new Intl.NumberFormat();", /no Intl: .*locale/],
  ["bannedWords", "src/dns/a.ts", "const x = n.toLocaleString();", /no toLocaleString/],
  ["bannedWords", "src/dns/a.ts", "names.sort();", /no \.sort\(\): .*comparator/],
  ["bannedWords", "src/dns/a.ts", "const x = names.toSorted();", /no \.toSorted\(\)/],
  ["bannedWords", "src/dns/a.ts", "rows.subarray(0, n).map(f).sort();", /no \.sort\(\)/],
  ["fileNames", "src/utils/text.ts", "", /"utils" says nothing/],
  ["fileNames", "src/node/helpers/text.ts", "", /"helpers" says nothing/],
  ["fileNames", "src/common/text.ts", "", /"common" says nothing/],
  ["fileNames", "src/misc/text.ts", "", /"misc" says nothing/],
  ["fileNames", "src/manager/text.ts", "", /"manager" says nothing/],
  ["fileNames", "src/engine/eventQueue.ts", "", /kebab-case/],
  ["fileNames", "src/engine/event_queue.ts", "", /kebab-case/],
  ["fileLengths", "src/engine/long.ts", "x;\n".repeat(301), /301 lines, at most 300/],
  [
    "testObjectsBuiltOnce",
    "test/node/a.ts",
    `const x = { kind: ${'"Pod"'},\n metadata: newMetadata("default", "a") };`,
    /a\.ts:1: take a builder/,
  ],
  ["scenariosOpenWithComment", "scenarios/bare.yaml", "seed: 42\n# late\n", /bare\.yaml: open with a comment/],
];

describe("planted violations", () => {
  test.each(PLANTED)("%s reports %s %#", (rule, path, text, message) => {
    const violations = RULES[rule]?.(new Map([[path, text]])) ?? [];
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(message);
  });

  test("noCycles reports a cycle over three files once", () => {
    const next = { a: "b", b: "c", c: "a" };
    const files = Object.entries(next).map(([x, y]) => [`src/model/${x}.ts`, `import "./${y}.js";`] as const);
    expect(noCycles(new Map(files))).toEqual([
      expect.stringContaining("src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts"),
    ]);
  });

  test("clean files are left in peace", () => {
    const files = new Map([
      [
        "src/dns/a.ts",
        'import { f } from "../model/b.js";\n// Math.random ** Date\nconst x = "async"; f(x / 2 / 3);\n',
      ],
      ["src/model/b.ts", "/** Date ** */\nexport const f = (x: string[]) => x.sort((p, q) => (p < q ? -1 : 1));\n"],
      ["src/metrics/d.ts", "values.subarray(0, this.length).sort();\n"],
      ["src/report/c.ts", "export const share = 2 ** 3;\n"],
      ["src/cli/files.ts", 'import { readFileSync } from "node:fs";\n'],
      ["scenarios/a.yaml", "# Which requests fail?\nseed: 42\n"],
    ]);
    const { conformance: _, ...others } = RULES;
    expect(Object.values(others).flatMap((rule) => rule(files))).toEqual([]);
  });
});

describe("conformance", () => {
  const counts = { CP: 76, DP: 42, DNS: 56 };
  const ids = Object.entries(counts).flatMap(([kind, n]) => Array.from({ length: n }, (_, i) => `${kind}-${i + 1}`));

  /** A complete fidelity table in which nothing is modelled but `statuses`, and one file of tests. */
  function plant(statuses: Readonly<Record<string, string>>, tests = "", rest = ""): string[] {
    const rows = ids.map((id) => `| ${id} | a \\| b | ${statuses[id] ?? "not modelled yet"} | source |`);
    return conformance(
      new Map([
        [FIDELITY, `${rows.join("\n")}\n${rest}`],
        ["test/conformance/a.test.ts", tests],
      ]),
    );
  }

  test("nothing to report when table and tests agree", () => {
    expect(plant({ "CP-1": "tested" }, 'test("CP-1 a probe", () => {});')).toEqual([]);
    expect(plant({ "DNS-7": "tested elsewhere: test/conformance/a.test.ts" })).toEqual([]);
    expect(plant({ "DP-2": "tested" }, "test.each(rows)(\n  `DP-2: %s`, () => {});")).toEqual([]);
  });

  test.each([
    ["marked tested without a test", plant({ "CP-1": "tested" }), /CP-1 is marked tested, but no test/],
    ["an id is no prefix", plant({ "CP-1": "tested", "CP-12": "tested" }, 'test("CP-12 x")'), /CP-1 is marked/],
    ["a skipped test", plant({ "CP-1": "tested" }, `test.${"skip"}("CP-1 x")`), /CP-1 is marked tested, but no test/],
    ["a title that ends with it", plant({ "CP-1": "tested" }, 'test("see CP-1")'), /CP-1 is marked tested, but no/],
    [
      "an unmarked test",
      plant({}, 'test("DP-3 x")'),
      /DP-3 is marked not modelled yet; test\/conformance\/a\.test\.ts/,
    ],
    ["another status", plant({ "CP-2": "soon" }), /CP-2 says "soon"; use tested/],
    ["a missing file", plant({ "CP-2": "tested elsewhere: test/no.test.ts" }), /no file test\/no\.test\.ts/],
    ["an unknown id", plant({}, "", "as DNS-57 says"), /no such id: DNS-57/],
    ["two rows", plant({}, "", "| CP-1 | x | not modelled yet |"), /CP-1 has two rows/],
    ["no table", conformance(new Map()), /docs\/fidelity\.md is missing/],
  ])("reports %s", (_name, violations, message) => {
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatch(message);
  });

  test("reports missing rows and tests of unlisted statements", () => {
    const violations = conformance(
      new Map([
        [FIDELITY, ""],
        ["test/conformance/a.test.ts", 'test("CP-99 x")'],
      ]),
    );
    expect(violations).toHaveLength(76 + 42 + 56 + 1);
    expect(violations.at(-1)).toMatch(/tests CP-99, which has no row/);
  });
});

describe("codeOf", () => {
  test.each([
    ["a /* ** */ b", "a          b"],
    ["a // ** Date\nb", "a           \nb"],
    ['x = "Date"', 'x = "    "'],
    ["x = `Date ${a ** b} Date`", "x = `     ${a ** b}     `"],
    ["x = `${f({ a: `Date` })}`", "x = `${f({ a: `    ` })}`"],
    ["x = /['\"]Date[/]/g; y", "x =              g; y"],
    ["x = a / b; y = 'c' / d", "x = a / b; y = ' ' / d"],
    ["return /Date/", "return       "],
  ])("%s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
