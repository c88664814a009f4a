/** "What a new … costs" in CONTRIBUTING.md, held against the tree: the price of a thing is a file and a line, and stays that. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { importsOf, resolveImport } from "../tidy/source-text.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

interface Price {
  readonly what: string;
  /** Every path that the row names. */
  readonly paths: readonly string[];
  /** Where its own files lie. */
  readonly folder: string;
  readonly list: { readonly name: string; readonly file: string } | null;
}

const PRICES: readonly Price[] = (read("CONTRIBUTING.md").split("## What a new … costs")[1] ?? "")
  .split("\n## ")[0]!
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| a new"))
  .map((line) => {
    const [what = "", own = "", registered = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    const list = registered.match(/^`([A-Z_]+)` in `([^`]+)`$/);
    return {
      what,
      paths: [...line.matchAll(/`([^`]*[/.][^`]*)`/g)].map(([, path]) => path!),
      folder: own.match(/`([^`]+\/)`/)?.[1] ?? "",
      list: list === null ? null : { name: list[1]!, file: list[2]! },
    };
  });

/** Source file → those that it imports. */
const IMPORTS = new Map(
  readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path, importsOf(read(path)).map(({ specifier }) => resolveImport(path, specifier))]),
);

/** Members that somebody else must know by name, and why. */
const KNOWN_OTHERWISE = [
  // every object lives in a namespace, also in one that no manifest names
  "src/scenario/kinds/namespace.ts",
  // who reads result files again (explain, plot, bench) reads their tables
  /^src\/report\/csv\//,
];

/** Files of the members of a list: the imports whose names stand between its brackets. */
function members({ name, file }: { readonly name: string; readonly file: string }): string[] {
  const text = read(file);
  const content = text.match(new RegExp(`const ${name}\\b[^=]*= \\[([^;]*)\\]`))?.[1] ?? "";
  const names = new Set(content.match(/\b[A-Za-z]\w*\b/g));
  return [...text.matchAll(/import (?:\w+|\{([^}]*)\}) from "([^"]+)";/g)]
    .filter(([, imported = ""]) => imported.split(",").some((each) => names.has(each.trim())))
    .flatMap(([, , specifier]) => resolveImport(file, specifier!) ?? []);
}

test("the table is read", () => {
  expect(PRICES.length).toBeGreaterThan(12);
  expect(PRICES.filter(({ list }) => list !== null).length).toBeGreaterThan(8);
});

test.each(PRICES)("$what: every path exists", ({ paths }) => {
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

describe("what is registered", () => {
  const registered = PRICES.flatMap(({ what, folder, list }) =>
    list === null || what === "workload kind" ? [] : [{ what, folder, list, files: members(list) }],
  );

  test.each(registered)("$what: a file in its folder for each line of the list", ({ folder, files }) => {
    expect(files.length).toBeGreaterThan(1);
    expect(files.filter((file) => !file.startsWith(folder))).toEqual([]);
  });

  test.each(registered)(
    "$what: no source file but the list and its neighbours imports one",
    ({ folder, list, files }) => {
      const strangers = files
        .filter((file) => !KNOWN_OTHERWISE.some((each) => (typeof each === "string" ? each === file : each.test(file))))
        .flatMap((file) =>
          [...IMPORTS]
            .filter(([path, imports]) => path !== list.file && !path.startsWith(folder) && imports.includes(file))
            .map(([path]) => `${path} imports ${file}`),
        );
      expect(strangers).toEqual([]);
    },
  );
});

test("workload kinds are rows, named by nobody who acts on workloads", () => {
  const table = read("src/model/workload.ts");
  expect(table).toMatch(/const WORKLOADS = \[[^;]*"Deployment"[^;]*"ReplicaSet"/);
  const acting = ["churn", "experiment", "metrics", "report"].map((folder) => `src/${folder}/`);
  const naming = [...IMPORTS.keys()].filter(
    (path) => acting.some((folder) => path.startsWith(folder)) && /"(?:Deployment|ReplicaSet)"/.test(read(path)),
  );
  expect(naming).toEqual([]);
});
