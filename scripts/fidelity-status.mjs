/**
 * Keeps docs/fidelity.md true to the tests: a statement is tested when a test under test/conformance has a title that
 * starts with its id. Rewrites the third column, and the test files at the beginning of the fourth; what else the fourth
 * column says is left alone. A row that is tested elsewhere keeps its path until a conformance test exists.
 *   node scripts/fidelity-status.mjs            rewrites docs/fidelity.md
 *   node scripts/fidelity-status.mjs --check    changes nothing; exit code 1 when a row is out of date
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FIDELITY = fileURLToPath(new URL("../docs/fidelity.md", import.meta.url));
const TESTS = fileURLToPath(new URL("../test/conformance/", import.meta.url));
const TITLE = /(\.(?:skip|todo))?\(\s*["'`]((?:CP|DP|DNS)-\d+)\b/g;
const ROW = /^\| ((?:CP|DP|DNS)-\d+) \| (.*) \| ([^|]*) \|(.*)\|$/;
const FILES = /^(?:`[a-z0-9-]+\.test\.ts`(?:, )?)+(?:; )?/;

/** The test files of each id, in the order of their names. */
const tested = new Map();
for (const file of readdirSync(TESTS).sort()) {
  if (!file.endsWith(".test.ts")) continue;
  for (const [, skipped, id] of readFileSync(TESTS + file, "utf8").matchAll(TITLE)) {
    if (skipped === undefined) tested.set(id, new Set(tested.get(id)).add(file));
  }
}

function withStatus(line) {
  const row = ROW.exec(line);
  if (row === null) return line;
  const [, id, statement, former, where] = row;
  const files = [...(tested.get(id) ?? [])].map((file) => `\`${file}\``).join(", ");
  const note = where.trim().replace(FILES, "");
  const elsewhere = former.trim().startsWith("tested elsewhere: ") ? former.trim() : "not modelled yet";
  const last = [files, note].filter((part) => part !== "").join("; ");
  return `| ${id} | ${statement} | ${files === "" ? elsewhere : "tested"} |${last === "" ? "" : ` ${last}`} |`;
}

const before = readFileSync(FIDELITY, "utf8");
const after = before.split("\n").map(withStatus).join("\n");
const rows = after.split("\n").filter((line) => ROW.test(line));
const count = (status) => rows.filter((line) => ROW.exec(line)[3].trim().startsWith(status)).length;
console.log(
  `${rows.length} statements: ${count("tested") - count("tested elsewhere")} tested, ` +
    `${count("tested elsewhere")} tested elsewhere, ${count("not modelled")} not modelled yet`,
);
if (process.argv.includes("--check")) {
  if (after !== before) {
    console.error("docs/fidelity.md is out of date: run node scripts/fidelity-status.mjs");
    process.exitCode = 1;
  }
} else writeFileSync(FIDELITY, after);
