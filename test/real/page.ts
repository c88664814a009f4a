/** The part of docs/fidelity.md that `npm run compare:real` writes. */
import { proxyCosts } from "./proxy-cost.js";
import { RECORDINGS } from "./recordings.js";
import { compared, HEAD, type Table, tableOf } from "./table.js";

const BEGINNING = "<!-- what follows is written by npm run compare:real -->";
const END = "<!-- what precedes is written by npm run compare:real -->";

/** `read` gives the text of a file in recordings/. */
export function compareAll(read: (name: string) => string): Table {
  const tables = [
    ...RECORDINGS.map((recording) => tableOf(recording.name, compared(recording, read(`${recording.name}.csv`)))),
    proxyCosts(read("e-proxy-cost.csv")),
  ];
  return {
    lines: [...HEAD, ...tables.flatMap(({ lines }) => lines)],
    different: tables.flatMap(({ different }) => different),
  };
}

/** The page with this table in place of the one that it has. */
export function withTable(page: string, lines: readonly string[]): string {
  const [before, rest] = page.split(BEGINNING);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("the page has no place for the table");
  return `${before}${BEGINNING}\n\n${lines.join("\n")}\n\n${END}${after}`;
}

/** The rows of the table on the page, without what chance moves: the recorded figures and the verdicts stay. */
export function settledCells(lines: readonly string[]): string[] {
  return lines.map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    return [...cells.slice(1, 5), cells[7]].join(" | ");
  });
}

/** The lines of the table on the page. */
export function tableOn(page: string): string[] {
  return (page.split(BEGINNING)[1]?.split(END)[0] ?? "").trim().split("\n");
}

/** The simulated figure of a line, in seconds or milliseconds; NaN where there is none. */
export function simulatedFigure(line: string): number {
  return Number.parseFloat(
    line
      .split("|")[5]
      ?.trim()
      .match(/^-?[\d.]+( m?s)?$/)?.[0] ?? "",
  );
}
