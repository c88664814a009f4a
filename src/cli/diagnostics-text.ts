/** Findings about the input as text: place, path, message, the line itself with a caret, and the next step. */
import { printable } from "../report/printable.js";
import type { Diagnostic } from "../scenario/diagnostic.js";

/** Findings of one severity that are printed; the others are counted. */
export const MOST_PRINTED = 50;

/** Characters of a line that a code frame shows. */
const FRAME_WIDTH = 100;

/** Text of each file that was read. */
export type Sources = readonly { readonly name: string; readonly text: string }[];

/** `file:line:column: severity: path: message` in one line. */
export function diagnosticLine({ severity, location, path, message }: Diagnostic): string {
  const { file, line, column } = location;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return printable([place, severity, path, message].filter((part) => part !== "").join(": "));
}

/** The same without the severity, for warnings within a verdict. */
export function warningText(diagnostic: Diagnostic): string {
  return diagnosticLine(diagnostic).replace(": warning:", ":");
}

/** Blocks of text in the given order, at most 50 errors and 50 warnings. Ends with a line break unless empty. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], sources: Sources): string {
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  const counts = { error: 0, warning: 0 };
  const lines: string[] = [];
  for (const diagnostic of diagnostics) {
    if (counts[diagnostic.severity]++ >= MOST_PRINTED) continue;
    lines.push(diagnosticLine(diagnostic), ...codeFrame(diagnostic, texts));
    if (diagnostic.hint !== "") lines.push(`  hint: ${printable(diagnostic.hint)}`);
  }
  for (const severity of ["error", "warning"] as const) {
    const more = counts[severity] - MOST_PRINTED;
    if (more > 0) lines.push(`… and ${countText(more, `more ${severity}`)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** "1 error", "3 errors". */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function codeFrame({ location }: Diagnostic, texts: ReadonlyMap<string, string>): string[] {
  const { file, line, column } = location;
  const text = line > 0 ? texts.get(file) : undefined;
  const source = text === undefined ? undefined : lineOf(text, line);
  if (source === undefined || source.trim() === "") return [];
  const from = Math.max(0, column - 1 - Math.floor(FRAME_WIDTH / 2));
  const start = source.length <= FRAME_WIDTH ? 0 : from;
  const cut = source.slice(start, start + FRAME_WIDTH);
  const margin = `  ${line} | `;
  const before = start > 0 ? "…" : "";
  const after = start + FRAME_WIDTH < source.length ? "…" : "";
  const indent = " ".repeat(Math.max(0, column - 1 - start) + before.length);
  return [`${margin}${before}${printable(cut)}${after}`, `${" ".repeat(margin.length - 2)}| ${indent}^`];
}

/** Line `number`, counting from 1, without splitting a large file. */
function lineOf(text: string, number: number): string | undefined {
  let start = 0;
  for (let line = 1; line < number; line++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? undefined : end);
}
