import { describe, expect, test } from "vitest";
import { Report } from "../../src/scenario/diagnostic.js";
import { readDocuments } from "../../src/scenario/documents/source-document.js";
import { LIMITS } from "../../src/scenario/limits.js";

function read(text: string, strict = false) {
  const report = new Report();
  const documents = readDocuments("a.yaml", text, report, strict);
  const said = report
    .sorted()
    .map((each) => `${each.location.line}:${each.location.column} ${each.path}: ${each.message}`);
  return { documents, said, report };
}

const keys = (count: number): string => Array.from({ length: count }, (_, index) => `k${index}: 1\n`).join("");

const CONFIG = "apiVersion: v1\nkind: ConfigMap\n";

describe("documents", () => {
  test("positions of values and keys, within lists, aliases and merge keys", () => {
    const { documents } = read(
      `# comment\n---\n${CONFIG}base: &base\n  a: 1\nlist: [x, {y: 2}]\nmerged:\n  <<: *base\n  b: two\nalias: *base\nempty:\n`,
    );
    const [document] = documents;
    const at = (...path: (string | number)[]) => {
      const { line, column } = document!.locate(path);
      return `${line}:${column}`;
    };
    expect(at()).toBe("3:1");
    expect(at("kind")).toBe("4:7");
    expect(at("base")).toBe("5:1");
    expect(at("list", 0)).toBe("7:8");
    expect(at("list", 1, "y")).toBe("7:15");
    expect(at("merged", "a")).toBe("6:6");
    expect(at("merged", "b")).toBe("10:6");
    expect(at("merged", "missing", "deeper")).toBe("8:1");
    expect(at("alias", "a")).toBe("6:6");
    expect(at("empty")).toBe("12:1");
    expect(document!.locateKey(["list", 1, "y"])).toEqual({ file: "a.yaml", line: 7, column: 12 });
    expect(document!.value).toMatchObject({ merged: { a: 1, b: "two" }, alias: { a: 1 }, empty: null });
  });

  test("__proto__ and constructor are data", () => {
    const { documents, said } = read(`${CONFIG}data: {__proto__: {polluted: "1"}, constructor: c}\n`);
    expect(said).toEqual([]);
    const data = documents[0]!.value.data as Record<string, unknown>;
    expect(Object.keys(data)).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("JSON, a byte order mark, CRLF, and lists of lists", () => {
    expect(read('{"apiVersion": "v1", "kind": "Secret"}').documents[0]!.kind).toBe("Secret");
    expect(read(`\ufeff${CONFIG.replaceAll("\n", "\r\n")}`).documents[0]!.kind).toBe("ConfigMap");
    const item = "{apiVersion: v1, kind: Secret, metadata: {name: s}}";
    const { documents, said } = read(
      `apiVersion: v1\nkind: List\nitems:\n  - ${item}\n  - {apiVersion: v1, kind: List, items: [${item}]}\n`,
    );
    expect(said).toEqual([]);
    expect(documents.map((each) => each.kind)).toEqual(["Secret", "Secret"]);
    expect(documents[1]!.locate(["metadata", "name"])).toEqual({ file: "a.yaml", line: 5, column: 90 });
  });

  test.each([
    ["nothing", "", "1:1 : the file is empty"],
    ["spaces", " \n\n", "1:1 : the file is empty"],
    ["only comments", "# a\n# b\n", "1:1 : the file holds no document, only comments or separators"],
    ["only separators", "---\n---\n", "1:1 : the file holds no document, only comments or separators"],
    ["a list", "- a\n", "1:1 : a document must be a mapping, this one is a list"],
    ["text", "hello\n", '1:1 : a document must be a mapping, this one is the string "hello"'],
    ["bytes", "apiVersion: v1\nki\u0000nd: x", "2:3 : the control character U+0000: this is no YAML text"],
    ["no kind", "apiVersion: v1\n", "1:1 kind: kind is missing"],
    ["a number as kind", "apiVersion: v1\nkind: 3\n", "2:7 kind: kind must be text"],
    ["a List without items", "apiVersion: v1\nkind: List\n", "1:1 items: a List needs a list of items"],
    ["a List of text", "apiVersion: v1\nkind: List\nitems: [a]\n", "3:9 items[0]: an item of a List must be a mapping"],
    [
      "a duplicate key",
      `${CONFIG}a: {b: 1, c: 2, b: 3}\n`,
      "3:17 a.b: this key stands here a second time: the last one counts, as for kubectl",
    ],
    [
      "a template",
      `${CONFIG}a: {{ .Values.a }}\nb: {{- if .Values.b }}\n{{ end }}\n`,
      "3:4 : {{ … }} is for Helm or another engine to fill in: this is a template, not yet YAML",
    ],
    [
      "a template with a line that is no YAML",
      `${CONFIG}{{- with .Values.pod }}\nspec: a\n{{- end }}\n`,
      "3:1 : {{ … }} is for Helm or another engine to fill in: this is a template, not yet YAML",
    ],
    ["a mapping with too many keys", keys(LIMITS.keys + 1), "20001:7 : a mapping of more than 20000 keys"],
    ["an alias without anchor", `${CONFIG}a: *b\n`, "3:4 a: the alias *b has no anchor before it"],
    ["an alias within itself", `${CONFIG}a: &a [*a]\n`, "3:8 a[0]: this alias stands for something that contains it"],
    [
      "a merge within itself",
      `${CONFIG}a: &a {<<: *a}\n`,
      '3:12 a["<<"]: this alias stands for something that contains it',
    ],
    ["a merge of text", `${CONFIG}a: {<<: b}\n`, "3:5 a: a merge key (<<) takes a mapping or a list of mappings"],
    ["a list as key", `${CONFIG}[a]: b\n`, "3:1 : a key must be text, not a list or a mapping"],
    [
      "a boolean for Kubernetes",
      `${CONFIG}a: yes\n`,
      '3:4 : "yes" is the boolean true for Kubernetes (YAML 1.1) and text here (YAML 1.2)',
    ],
    [
      "a boolean as key",
      `${CONFIG}off: 1\n`,
      '3:1 : "off" is the boolean false for Kubernetes (YAML 1.1) and text here (YAML 1.2)',
    ],
    [
      "an octal number",
      `${CONFIG}a: 0644\n`,
      '3:4 : "0644" is the octal number 420 for Kubernetes (YAML 1.1) and 644 here (YAML 1.2)',
    ],
    [
      "a number to base 60",
      `${CONFIG}a: 1:30\n`,
      '3:4 : "1:30" is a number to base 60 for some readers of YAML 1.1 and text here',
    ],
    [
      "an underscore",
      `${CONFIG}a: 1_000\n`,
      '3:4 : "1_000" is a number for Kubernetes (YAML 1.1) and text here (YAML 1.2)',
    ],
  ])("%s has its message", (_, text, message) => {
    expect(read(text).said).toEqual([message]);
  });

  test("quoted text and Scenarios have no YAML 1.1 traps", () => {
    expect(read(`${CONFIG}a: "yes"\nb: 'no'\nc: |\n  off\n`).said).toEqual([]);
    expect(read("apiVersion: kubechurn/v1alpha1\nkind: Scenario\nretries: {on: [reset]}\n").said).toEqual([]);
  });

  test("of a key that stands twice the last one counts, with its place; strictly and in a Scenario it is an error", () => {
    const twice = `${CONFIG}a: {b: 1}\na:\n  b: {c: 2}\n`;
    const { documents, report } = read(twice);
    expect(documents[0]!.value.a).toEqual({ b: { c: 2 } });
    expect(documents[0]!.locate(["a", "b"])).toEqual({ file: "a.yaml", line: 5, column: 6 });
    expect(report.sorted()[0]).toMatchObject({ severity: "warning", loud: true });
    expect(read(twice, true)).toMatchObject({ documents: [], said: ["4:1 a: this key stands here a second time"] });
    const ours = "apiVersion: kubechurn/v1alpha1\nkind: Scenario\nspec: {seed: 1, seed: 2}\n";
    expect(read(ours)).toMatchObject({ documents: [], said: ["3:17 spec.seed: this key stands here a second time"] });
  });

  test("what a merge key brings does not stand twice, and a key is told once however often its alias is used", () => {
    expect(read(`${CONFIG}a: &a {b: 1}\nc: {<<: *a, b: 2}\n`).said).toEqual([]);
    expect(read(`${CONFIG}a: &a {b: 1, b: 2}\nc: [*a, *a]\n`).said).toHaveLength(1);
    expect(read(`${CONFIG}${"a: 1\n".repeat(1000)}`).said).toHaveLength(LIMITS.syntaxErrors);
  });

  test("braces in the text of a valid document are data", () => {
    expect(read(`${CONFIG}data:\n  rule: |\n    {{ range .Alerts }}\n    a: {{ .Name }}\n`).said).toEqual([]);
    expect(read(`${CONFIG}data: {a: "{{ .Values.x }}"}\n`).said).toEqual([]);
    expect(read(`${CONFIG}a: "{{ x }}\n`).said).toHaveLength(1);
  });

  test("as many keys as the limit are fine, and longer lists", () => {
    expect(read(CONFIG + keys(LIMITS.keys - 2)).said).toEqual([]);
    expect(read(`${CONFIG}a: [${"1,".repeat(LIMITS.keys + 1)}]\n`).said).toEqual([]);
    expect(read(`${CONFIG}a:\n${"- 1\n".repeat(LIMITS.keys + 1)}`).said).toEqual([]);
  });

  test("all syntax errors at once, up to a limit", () => {
    const { said } = read("a: b: c\n---\n{d\n---\ne: ]\n");
    expect(said.map((each) => each.split(" ")[0])).toEqual(["1:4", "4:1", "5:4"]);
    const many = read("a: b: c\n---\n".repeat(100)).said;
    expect(many).toHaveLength(LIMITS.syntaxErrors + 1);
    expect(many.at(-1)).toMatch(/more syntax errors follow$/);
  });

  test("a document with an error does not hide the others", () => {
    expect(read(`a: b: c\n---\n${CONFIG}`).documents).toHaveLength(1);
  });

  test.each([
    ["flow lists", "[".repeat(100_000)],
    ["flow mappings", "{a: ".repeat(100_000)],
    ["block lists", "- ".repeat(100_000)],
    ["explicit keys", "? ".repeat(100_000)],
    ["anchored lists", "&a [".repeat(100_000)],
    ["block mappings", Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
  ])("deeply nested %s hit the limit", (_, text) => {
    const { said, documents } = read(text);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/nested deeper than 64 levels$/);
    expect(documents).toEqual([]);
  });

  test("as deep as the limit is fine", () => {
    const depth = LIMITS.nesting - 1;
    expect(read(`${CONFIG}a: ${"[".repeat(depth)}${"]".repeat(depth)}\n`).said).toEqual([]);
  });

  test("alias bombs hit the limit", () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 20; i++) {
      const before = String.fromCharCode(96 + i);
      const name = String.fromCharCode(97 + i);
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`);
    }
    expect(read(`${CONFIG}${lines.join("\n")}\n`).said.join()).toMatch(
      /the aliases expand to more than 100000 values$/,
    );
  });

  test("too many documents and too long a file hit their limits", () => {
    expect(read(`---\n${CONFIG}`.repeat(LIMITS.documents + 5)).said.join()).toMatch(/more than 20000 documents/);
    expect(read("x".repeat(LIMITS.fileCharacters + 1)).said.join()).toMatch(/more than 16777216 characters/);
    expect(read(`${CONFIG}data: {a: "${"x".repeat(1_000_000)}"}\n`).said).toEqual([]);
  });
});
