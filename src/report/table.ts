/** Small tables as text: columns as wide as their widest cell, two spaces between them. */

export type Alignment = "left" | "right";

/** Number of characters that a cell takes; all of our symbols are one column wide. */
function widthOf(cell: string): number {
  return [...cell].length;
}

/**
 * Lines of a table. `rows` may open with a header; short rows are filled up. Without an entry in `alignment` a column is
 * left-aligned. No trailing spaces.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  alignment: readonly Alignment[] = [],
  indent = "",
): string[] {
  const columns = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const widths = Array.from({ length: columns }, (_, index) =>
    rows.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? "")), 0),
  );
  return rows.map((row) => {
    const cells = widths.map((width, index) => {
      const cell = row[index] ?? "";
      const gap = " ".repeat(width - widthOf(cell));
      return alignment[index] === "right" ? gap + cell : cell + gap;
    });
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
}
