/**
 * docs/fidelity.md and test/conformance agree: every statement has one row
 * (`| CP-1 | short text | tested | …`), and what a row claims is so.
 */
import type { Files, Rule } from "./rules.js";

export const FIDELITY = "docs/fidelity.md";
const STATEMENTS: Readonly<Record<string, number>> = { CP: 76, DP: 42, DNS: 56 };
const ID = /\b(?:CP|DP|DNS)-\d+\b/g;
/** The title of a test or describe that starts with an id; skipped tests prove nothing. */
const TITLE = /(\.(?:skip|todo))?\(\s*["'`]((?:CP|DP|DNS)-\d+)\b/g;
const ELSEWHERE = /^tested elsewhere: `?([^`]+?)`?$/;

/** The ids that the tests under test/conformance prove, with the file of each. */
export function testedIds(files: Files): Map<string, string> {
  const tested = new Map<string, string>();
  for (const [path, text] of files) {
    if (!path.startsWith("test/conformance/") || !path.endsWith(".test.ts")) continue;
    for (const [, skipped, id] of text.matchAll(TITLE)) {
      if (skipped === undefined && id !== undefined) tested.set(id, path);
    }
  }
  return tested;
}

/** The rows of the fidelity table: id and what the third column says. */
function rowsOf(fidelity: string): [id: string, status: string][] {
  return fidelity.split("\n").flatMap((line): [string, string][] => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const id = cells[1] ?? "";
    return cells[0] === "" && /^(?:CP|DP|DNS)-\d+$/.test(id) ? [[id, cells[3] ?? ""]] : [];
  });
}

function wrongStatus(id: string, status: string, files: Files, tested: ReadonlyMap<string, string>): string[] {
  const proof = tested.get(id);
  if (status === "tested") {
    if (proof !== undefined) return [];
    return [`${FIDELITY}: ${id} is marked tested, but no test under test/conformance has a title that starts with it`];
  }
  if (status === "not modelled yet") {
    return proof === undefined
      ? []
      : [`${FIDELITY}: ${id} is marked not modelled yet; ${proof} tests it: mark it tested`];
  }
  const elsewhere = ELSEWHERE.exec(status)?.[1];
  if (elsewhere === undefined) {
    return [`${FIDELITY}: ${id} says "${status}"; use tested, not modelled yet, or tested elsewhere: path`];
  }
  return files.has(elsewhere) ? [] : [`${FIDELITY}: ${id} is tested elsewhere, but there is no file ${elsewhere}`];
}

export const conformance: Rule = (files) => {
  const fidelity = files.get(FIDELITY);
  if (fidelity === undefined) return [`${FIDELITY} is missing; it has one table row for every conformance id`];
  const tested = testedIds(files);
  const rows = rowsOf(fidelity);
  const listed = new Set(rows.map(([id]) => id));
  const due = Object.entries(STATEMENTS).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`),
  );
  const mentioned = new Set([...fidelity.matchAll(ID)].map(([id]) => id));
  const twice = rows.filter(([id], index) => rows.findIndex(([other]) => other === id) < index);
  return [
    ...due.filter((id) => !listed.has(id)).map((id) => `${FIDELITY}: ${id} has no row: | ${id} | text | status |`),
    ...[...mentioned]
      .filter((id) => !listed.has(id) && !due.includes(id))
      .map((id) => `${FIDELITY}: no such id: ${id}`),
    ...twice.map(([id]) => `${FIDELITY}: ${id} has two rows; keep one`),
    ...rows.flatMap(([id, status]) => wrongStatus(id, status, files, tested)),
    ...[...tested]
      .filter(([id]) => !listed.has(id))
      .map(([id, path]) => `${path}: tests ${id}, which has no row in ${FIDELITY}; add it`),
  ];
};
