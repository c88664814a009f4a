/** The simple commands of a shell script, as far as they can be told without running it. */

export interface ShellCommand {
  /** Null for a word that only running the script tells: `$NAME`, `$(…)`, a pattern. */
  readonly words: readonly (string | null)[];
  /** What stands behind it; "" at the end of the script. */
  readonly operator: ShellOperator;
}

export type ShellOperator = ";" | "&&" | "||" | "|" | "&" | "";

const OPERATORS: readonly ShellOperator[] = ["&&", "||", ";", "|", "&"];

/** In order. Keywords and parentheses are words like any other. */
export function commandsOf(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: (string | null)[] = [];
  const end = (operator: ShellOperator): void => {
    if (words.length > 0) commands.push({ words: withoutRedirections(words), operator });
    words = [];
  };
  for (let index = 0; index < script.length; ) {
    const rest = script.slice(index, index + 2);
    const character = rest[0] ?? "";
    const operator = OPERATORS.find((each) => rest.startsWith(each));
    if (character === "\n" || operator !== undefined) {
      end(operator ?? ";");
      index += operator?.length ?? 1;
    } else if (character === "#") index = lineEnd(script, index);
    else if (/\s/.test(character)) index += 1;
    else if (rest === "\\\n") index += 2;
    else {
      const word = readWord(script, index);
      words.push(word.text);
      index = word.end;
    }
  }
  end("");
  return commands;
}

function lineEnd(script: string, from: number): number {
  const end = script.indexOf("\n", from);
  return end < 0 ? script.length : end;
}

interface Word {
  readonly text: string | null;
  readonly end: number;
}

/** Reads up to a space or an operator that stands in no quotes. */
function readWord(script: string, start: number): Word {
  let text = "";
  let known = true;
  let quote = "";
  let index = start;
  for (; index < script.length; index++) {
    const character = script[index] ?? "";
    if (quote === "" && /[\s;|&]/.test(character) && !isRedirected(script, index)) break;
    if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
    else if (quote !== "'" && character === "\\") text += script[++index] ?? "";
    else {
      if (quote !== "'" && (character === "$" || character === "`")) known = false;
      if (quote === "" && (character === "*" || character === "?")) known = false;
      text += character;
    }
  }
  return { text: known && quote === "" ? text : null, end: index };
}

/** The & of `2>&1` joins nothing. */
function isRedirected(script: string, index: number): boolean {
  return script[index] === "&" && /[<>]/.test(script[index - 1] ?? "");
}

/** `>/dev/null` and `> file` say where words go, not which. */
function withoutRedirections(words: readonly (string | null)[]): (string | null)[] {
  const kept: (string | null)[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? null;
    if (word === null || !/^\d*[<>]/.test(word)) kept.push(word);
    else if (/^\d*[<>]+$/.test(word)) index += 1;
  }
  return kept;
}
