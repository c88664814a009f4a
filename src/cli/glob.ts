/**
 * File patterns: `*` and `?` within a name, `[abc]`, `{a,b}`, and `**` for any number of folders. Names that begin with a
 * dot match only a pattern that does. Node 20 has no glob of its own.
 */

export interface FolderEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

/** Entries of a folder ("" is the working directory); none when it cannot be read. */
export type ReadFolder = (path: string) => readonly FolderEntry[];

/** Most folders that one pattern looks into. */
const MOST_FOLDERS = 20_000;

/** Paths of the files that match, in the order of code units, each once. */
export function globFiles(pattern: string, readFolder: ReadFolder): string[] {
  const found = new Set<string>();
  let budget = MOST_FOLDERS;
  const visit = (folder: string, segments: readonly string[]): void => {
    const [segment, ...rest] = segments;
    if (segment === undefined || budget-- <= 0) return;
    if (segment === "**") {
      visit(folder, rest);
      for (const { name, kind } of readFolder(folder)) {
        if (kind === "folder" && !name.startsWith(".")) visit(`${folder}${name}/`, segments);
      }
      return;
    }
    if (segment === "." || segment === "..") {
      visit(`${folder}${segment}/`, rest);
      return;
    }
    const matches = nameMatcher(segment);
    for (const { name, kind } of readFolder(folder)) {
      if (!matches(name)) continue;
      if (rest.length > 0 && kind === "folder") visit(`${folder}${name}/`, rest);
      if (rest.length === 0 && kind === "file") found.add(folder + name);
    }
  };
  for (const plain of expandBraces(pattern)) {
    const absolute = plain.startsWith("/");
    visit(
      absolute ? "/" : "",
      plain.split("/").filter((each) => each !== ""),
    );
  }
  return [...found].sort((x, y) => (x < y ? -1 : 1));
}

/** Most patterns that braces may stand for. */
const MOST_ALTERNATIVES = 1_000;

/** "a.{yml,yaml}" → "a.yml", "a.yaml"; unbalanced braces stand for themselves. */
export function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && done.length + open.length <= MOST_ALTERNATIVES) {
    const next = open.shift() as string;
    const braces = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(next);
    if (braces === null) done.push(next);
    else open.push(...(braces[2] ?? "").split(",").map((each) => `${braces[1]}${each}${braces[3]}`));
  }
  return done;
}

/** Whether a name matches one segment of a pattern. */
function nameMatcher(segment: string): (name: string) => boolean {
  const parts = segment.match(/\*+|\?|\[!?[^\]]+\]|[^*?[]+|\[/g) ?? [];
  const source = parts.map((part) => {
    if (part.startsWith("*")) return "[^/]*";
    if (part === "?") return "[^/]";
    if (/^\[.+\]$/.test(part))
      return `[${part
        .slice(1, -1)
        .replace(/^!/, "^")
        .replace(/[\\[\]]/g, "\\$&")}]`;
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  let expression: RegExp;
  try {
    expression = new RegExp(`^${source.join("")}$`, "su");
  } catch {
    return (name) => name === segment;
  }
  return (name) => (segment.startsWith(".") || !name.startsWith(".")) && expression.test(name);
}
