import { describe, expect, test } from "vitest";
import type { Directive } from "../../../src/dns/corefile/corefile.js";
import { filesMatching } from "../../../src/dns/corefile/import-files.js";
import { parseCorefile } from "../../../src/dns/corefile/parser.js";

const FILES = {
  "/etc/coredns/NodeHosts": "10.0.0.1 node-1\n",
  "/etc/coredns/custom/b.override": "log # a comment\nloop",
  "/etc/coredns/custom/a.override": "errors\n",
  "/etc/coredns/custom/x.server": "example.org:53 {\n whoami\n}\n",
  "/etc/coredns/custom/deeper/c.override": "reload\n",
};

function parse(text: string, files: Readonly<Record<string, string>> = FILES) {
  const { corefile, errors, warnings } = parseCorefile(text, { files });
  const said = (found: typeof errors) =>
    found.map(({ position: { line, column, file }, message }) => `${file ?? "Corefile"}:${line}:${column} ${message}`);
  const blocks = (corefile?.blocks ?? []).map(
    ({ keys, directives }) => `${keys.map(({ zone }) => zone).join()}: ${directives.map(written).join("; ")}`,
  );
  return { blocks, errors: said(errors), warnings: said(warnings) };
}

function written({ name, arguments: words }: Directive): string {
  return [name, ...words].map(({ text }) => text).join(" ");
}

describe("import of files", () => {
  test("a pattern stands for what matches it, in the order of the names", () => {
    expect(parse(".:53 {\n cache 30\n import /etc/coredns/custom/*.override\n}\nimport custom/*.server\n")).toEqual({
      blocks: [": cache 30; errors; log; loop", "example.org: whoami"],
      errors: [],
      warnings: [],
    });
  });

  test("a pattern without a match is a warning, and nothing is imported", () => {
    expect(parse(".:53 {\n cache 30\n import custom/*.override\n}\nimport /etc/coredns/custom/*.server\n", {})).toEqual(
      {
        blocks: [": cache 30"],
        errors: [],
        warnings: [
          'Corefile:3:9 no file matches "custom/*.override": nothing is imported',
          'Corefile:5:8 no file matches "/etc/coredns/custom/*.server": nothing is imported',
        ],
      },
    );
  });

  test("a file by its name, once it is no snippet's", () => {
    expect(parse(". {\n import custom/a.override\n}\n").blocks).toEqual([": errors"]);
    const files = { "/etc/coredns/common": "log\n" };
    expect(parse(". {\n import common\n}\n", files).blocks).toEqual([": log"]);
    expect(parse("(common) {\n loop\n}\n. {\n import common\n}\n", files).blocks).toEqual([": loop"]);
  });

  test("what is wrong in a file stands at its place there", () => {
    const files = { "/etc/coredns/custom/a.server": "a.org:53 {\n log\n}\na.org:x {\n}\n" };
    expect(parse("import custom/*.server\n", files).errors).toEqual([
      '/etc/coredns/custom/a.server:4:1 "x" is no port, in the key "a.org:x"',
    ]);
  });

  test("a file that imports itself ends at the cap", () => {
    const files = { "/etc/coredns/a.conf": "log\nimport a.conf\n" };
    expect(parse(". {\n import a.conf\n}\n", files).errors[0]).toContain("more than 10000 imports");
  });

  test.each([
    ["*", ["/etc/coredns/NodeHosts"]],
    [
      "/etc/coredns/custom/*",
      ["/etc/coredns/custom/a.override", "/etc/coredns/custom/b.override", "/etc/coredns/custom/x.server"],
    ],
    ["custom/a*override", ["/etc/coredns/custom/a.override"]],
    ["custom/a.override*a.override", []],
    ["NodeHosts", ["/etc/coredns/NodeHosts"]],
    ["constructor", []],
    ["", []],
  ])("%s matches %j", (pattern, expected) => {
    expect(filesMatching(pattern, FILES)).toEqual(expected);
  });
});
