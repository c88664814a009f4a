/** Variables of the container in a Corefile: `{$NAME}` and `{%NAME%}` (Caddy v1 caddyfile/parse.go). */

/** The container's environment: names to values. */
export type Environment = Readonly<Record<string, string>>;

/** A value may hold another reference; more than this many, or a longer text, and it holds itself. */
const MOST_REPLACEMENTS = 100;
const LONGEST = 65_536;

/**
 * `text` with its variables filled in; one that is not set is empty, and what is filled in is not split at spaces. Null
 * when the values refer to themselves.
 */
export function fillVariables(text: string, environment: Environment): string | null {
  if (!text.includes("{$") && !text.includes("{%")) return text;
  const windows = replaceReferences(text, "{%", "%}", environment);
  return windows === null ? null : replaceReferences(windows, "{$", "}", environment);
}

function replaceReferences(text: string, start: string, end: string, environment: Environment): string | null {
  let filled = text;
  for (let replacements = 0; replacements <= MOST_REPLACEMENTS; replacements++) {
    const from = filled.indexOf(start);
    const to = from < 0 ? -1 : filled.indexOf(end, from);
    const name = filled.slice(from + start.length, to);
    // Caddy leaves the rest of a text alone once it meets a reference without name.
    if (to < 0 || to <= from + start.length) return filled;
    const value = Object.hasOwn(environment, name) ? (environment[name] ?? "") : "";
    filled = filled.split(start + name + end).join(value);
    if (filled.length > LONGEST) return null;
  }
  return null;
}
