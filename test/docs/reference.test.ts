/** The reference pages say what the code says. A failing test prints the row that the page lacks. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CAUSES, OUTCOMES } from "../../src/model/outcome.js";
import { FACT_KINDS } from "../../src/model/trace.js";
import { RESULT_FILES } from "../../src/report/csv/result-files.js";
import { assumptionRows, churnRows, optionRows } from "./reference-rows.js";

const page = (name: string): readonly string[] =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8").split("\n");

/** Rows of the table whose heading row begins with `first`. */
function tableRows(lines: readonly string[], first: string): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  const rest = lines.slice(start + 2);
  return start < 0
    ? []
    : rest.slice(
        0,
        rest.findIndex((line) => !line.startsWith("|")),
      );
}

describe("docs/scenario.md", () => {
  const lines = page("scenario.md");

  test("knows more than a few options", () => {
    expect(optionRows().size).toBeGreaterThan(50);
  });

  test.each([...optionRows()])("has the option %s", (_path, row) => {
    expect(lines).toContain(row);
  });

  test("has no option that the schema has not", () => {
    const documented = lines.flatMap(
      (line) => /^\| `([a-zA-Z]+(?:\[\])?(?:\.[A-Za-z[\]]+)*)` \| .* \| .* \|$/.exec(line)?.[1] ?? [],
    );
    const known = new Set([...optionRows().keys(), ...churnRows().keys()]);
    expect(documented.filter((path) => /[.[]/.test(path) && !known.has(path))).toEqual([]);
  });

  test("has the churn actions, in their order", () => {
    expect(tableRows(lines, "action")).toEqual([...churnRows().values()]);
  });
});

test("docs/assumptions.md has the table of assumptions, in its order", () => {
  expect(tableRows(page("assumptions.md"), "what")).toEqual([...assumptionRows().values()]);
});

describe("docs/results.md", () => {
  const lines = page("results.md");
  const text = lines.join("\n");

  test.each(RESULT_FILES.map(({ name, header }) => [name, header] as const))(
    "has the columns of %s",
    (name, header) => {
      const start = lines.indexOf(`### ${name}`);
      const rows = tableRows(lines.slice(start), "column");
      const columns = rows.flatMap((row) =>
        [...(row.split(" | ")[0] ?? "").matchAll(/`([a-z0-9_]+)`/g)].map(([, each]) => each),
      );
      expect(start).toBeGreaterThan(0);
      expect(columns).toEqual(header);
    },
  );

  test.each(OUTCOMES)("has the outcome %s", (outcome) => {
    expect(text).toContain(`| \`${outcome}\` |`);
  });

  test.each(CAUSES.map(({ name }) => name))("has the cause %s", (cause) => {
    expect(text).toContain(`| \`${cause}\` |`);
  });

  test.each(FACT_KINDS.map(({ name }) => name))("has the kind of fact %s", (kind) => {
    expect(text).toContain(`\`${kind}\``);
  });
});
