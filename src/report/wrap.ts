/** Breaks prose into lines. */

/**
 * Lines of at most `width` characters: the first opens with `first`, the others with `rest` (default: as many spaces).
 * A word longer than a line is not broken: it may be a path that somebody copies.
 */
export function wrap(text: string, width: number, first = "", rest = " ".repeat([...first].length)): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ").filter((each) => each !== "")) {
    if (!empty && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
