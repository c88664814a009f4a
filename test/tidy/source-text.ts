/**
 * Reading TypeScript just well enough for the tidy rules: which characters are code, and which files a file imports.
 * Comments and the contents of strings are blanked rather than cut, so that offsets and line numbers stay those of the
 * file.
 */

const AFTER_VALUE = /[\w$)\]"'`]$/;
const KEYWORD_BEFORE_REGEX = /\b(?:return|typeof|case|in|of|do|else|void|delete|throw)$/;

/** `text` with comments, regular expressions and the contents of strings replaced by spaces. */
export function codeOf(text: string): string {
  let code = "";
  /** For each open `${`: how many braces are open inside it. */
  const templates: number[] = [];
  for (let i = 0; i < text.length; ) {
    const end = endOfToken(text, i, code, templates);
    const token = text.slice(i, end);
    code += end === i + 1 ? token : blankInside(token);
    i = end;
  }
  return code;
}

/** Where the token that starts at `start` ends: one character of code, or a whole comment, string or expression. */
function endOfToken(text: string, start: number, before: string, templates: number[]): number {
  const char = text[start];
  if (text.startsWith("//", start)) return indexOrEnd(text, "\n", start);
  if (text.startsWith("/*", start)) return indexOrEnd(text, "*/", start + 2) + 2;
  if (char === '"' || char === "'") return endOfQuoted(text, start + 1, char);
  if (char === "`") return endOfTemplatePart(text, start + 1, templates);
  if (char === "/" && startsRegex(before)) return endOfRegex(text, start + 1);
  const depth = templates.length - 1;
  if (depth >= 0 && char === "{") templates[depth]!++;
  if (depth >= 0 && char === "}" && templates[depth]!-- === 0) {
    templates.pop();
    return endOfTemplatePart(text, start + 1, templates);
  }
  return start + 1;
}

function indexOrEnd(text: string, sought: string, from: number): number {
  const index = text.indexOf(sought, from);
  return index < 0 ? text.length : index;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let i = from;
  while (i < text.length && text[i] !== quote && text[i] !== "\n") i += text[i] === "\\" ? 2 : 1;
  return Math.min(i + 1, text.length);
}

/** The end of a template's text: after the closing backtick, or after the `${` that opens an expression. */
function endOfTemplatePart(text: string, from: number, templates: number[]): number {
  for (let i = from; i < text.length; i += text[i] === "\\" ? 2 : 1) {
    if (text[i] === "`") return i + 1;
    if (text.startsWith("${", i)) {
      templates.push(0);
      return i + 2;
    }
  }
  return text.length;
}

function startsRegex(before: string): boolean {
  const code = before.trimEnd().slice(-12);
  return !AFTER_VALUE.test(code) || KEYWORD_BEFORE_REGEX.test(code);
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let i = from; i < text.length && text[i] !== "\n"; i += text[i] === "\\" ? 2 : 1) {
    if (text[i] === "[") inClass = true;
    if (text[i] === "]") inClass = false;
    if (text[i] === "/" && !inClass) return i + 1;
  }
  return from;
}

/** Keeps quotes, backticks and the braces of a template, so that code around strings reads on; blanks the rest. */
function blankInside(token: string): string {
  const blank = (part: string): string => part.replace(/[^\n]/g, " ");
  if (!/^["'`}]/.test(token)) return blank(token);
  const tail = token.endsWith("${") ? 2 : 1;
  return token[0] + blank(token.slice(1, -tail)) + token.slice(-tail);
}

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const IMPORT = /(?:\bfrom|\bimport\s*\(|\bimport)\s*(["'])( *)\1/g;

/** What a file imports or re-exports, types included, in the order of the text. */
export function importsOf(text: string): Import[] {
  const code = codeOf(text);
  return [...code.matchAll(IMPORT)].map((match) => {
    const end = match.index + match[0].length - 1;
    return { specifier: text.slice(end - (match[2]?.length ?? 0), end), line: lineAt(text, match.index) };
  });
}

/** One-based number of the line that holds `offset`. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) line++;
  return line;
}

/** The file that a relative import means (`./a.js` is `a.ts`); null for a package. */
export function resolveImport(path: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  const parts = path.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/").replace(/\.js$/, ".ts");
}
