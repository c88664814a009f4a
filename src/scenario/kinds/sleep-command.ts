/** Commands that only sleep: the commonest preStop hook, older than the `sleep` action of Kubernetes 1.30. */

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "ash", "dash"]);
const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/**
 * Seconds that a command sleeps: `["sleep", "5"]`, `["/bin/sh", "-c", "sleep 5"]` and the like, with coreutils' suffixes s,
 * m and h; null when it does something else, or not only that.
 */
export function sleepOfCommand(command: readonly string[]): number | null {
  const program = baseName(command[0] ?? "");
  if (SHELLS.has(program) && command[1] === "-c" && command.length === 3) {
    return sleepOfWords((command[2] ?? "").trim().split(/\s+/));
  }
  return sleepOfWords(command);
}

function sleepOfWords(words: readonly string[]): number | null {
  if (words.length !== 2 || baseName(words[0] ?? "") !== "sleep") return null;
  const match = /^(\d{1,6})([smh]?)$/.exec(words[1] ?? "");
  if (match === null) return null;
  return Number(match[1]) * (UNIT_SECONDS.get(match[2] ?? "") ?? 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
