/** Suggestions for misspelt names, by edit distance. */

/** Longer texts get no suggestion: the distance is quadratic, and input may be hostile. */
const LONGEST = 64;

/**
 * The known name nearest to `text`, or null when none is near: at most a third of the letters may differ, swapped
 * neighbours counting once and letter case not at all. Among equals the first one wins.
 */
export function nearestName(text: string, known: readonly string[]): string | null {
  if (text.length > LONGEST) return null;
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const name of known) {
    if (Math.abs(name.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
