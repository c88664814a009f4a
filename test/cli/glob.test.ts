import { describe, expect, it } from "vitest";
import { expandBraces, type FolderEntry, globFiles } from "../../src/cli/glob.js";

const FILES = [
  "a.yaml",
  "b.yml",
  ".hidden.yaml",
  "k8s/web.yaml",
  "k8s/deep/db.yaml",
  "k8s/deep/[x].yaml",
  "k8s/.git/c.yaml",
];

function readFolder(path: string): FolderEntry[] {
  const names = new Map<string, FolderEntry>();
  for (const file of FILES.filter((each) => each.startsWith(path))) {
    const [name = "", ...rest] = file.slice(path.length).split("/");
    names.set(name, { name, kind: rest.length === 0 ? "file" : "folder" });
  }
  return [...names.values()];
}

describe("globFiles", () => {
  it.each([
    ["*.yaml", ["a.yaml"]],
    [".*.yaml", [".hidden.yaml"]],
    ["?.y*ml", ["a.yaml", "b.yml"]],
    ["*.{yml,yaml}", ["a.yaml", "b.yml"]],
    ["[ab].*", ["a.yaml", "b.yml"]],
    ["[!a].*", ["b.yml"]],
    ["k8s/*", ["k8s/web.yaml"]],
    ["k8s/**/*.yaml", ["k8s/deep/[x].yaml", "k8s/deep/db.yaml", "k8s/web.yaml"]],
    ["**/db.yaml", ["k8s/deep/db.yaml"]],
    ["*/deep/d?.yaml", ["k8s/deep/db.yaml"]],
    ["k8s/deep/[[]x].yaml", ["k8s/deep/[x].yaml"]],
    ["nothing/*", []],
    ["[z-a]*", []],
  ])("%s", (pattern, expected) => {
    expect(globFiles(pattern, readFolder)).toEqual(expected);
  });
});

it("expandBraces leaves unbalanced braces alone and ends for hostile ones", () => {
  expect(expandBraces("{a,b}{c,d}")).toEqual(["ac", "ad", "bc", "bd"]);
  expect(expandBraces("{a")).toEqual(["{a"]);
  expect(expandBraces("{a,b}".repeat(40)).length).toBeLessThanOrEqual(1_000);
});
