/**
 * Text of a Corefile to tokens (Caddy v1 caddyfile/lexer.go @ 15135a99). White space parts them; a quote at the start of a
 * token begins a quoted one, which may span lines and in which only \" is an escape; an unquoted # begins a comment
 * wherever it stands, even within a token. Carriage returns outside quotes and a byte order mark at the start are nothing.
 */
import type { CorefilePosition, CorefileToken, ReportCorefileError } from "./corefile.js";

export interface LexedToken extends CorefileToken {
  /** No other token stands before it on its line (a line that ends within a quoted token goes on after it). */
  readonly startsLine: boolean;
}

const BYTE_ORDER_MARK = 0xfeff;
const NEXT_LINE = 0x85;
const CARRIAGE_RETURN = "\r";

/**
 * The tokens of a text. A quote without end is reported; Caddy takes the rest of the file for its text, and fails later
 * and elsewhere. `file` is that of an imported text.
 */
export function lexCorefile(text: string, report: ReportCorefileError, file?: string): LexedToken[] {
  const lexer = new Lexer(text, file === undefined ? {} : { file });
  const tokens: LexedToken[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  if (lexer.openQuote !== null) {
    report(lexer.openQuote, "this quote has no end", 'end it with "; a quote within it is written \\"');
  }
  return tokens;
}

class Lexer {
  /** Where a quoted token begins that has no end; null without one. */
  openQuote: CorefilePosition | null = null;
  readonly #text: string;
  #index = 0;
  #line = 1;
  #lineStart = 0;
  #startsLine = true;

  constructor(
    text: string,
    private readonly place: Pick<CorefilePosition, "file">,
  ) {
    this.#text = text;
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) this.#index = 1;
    this.#lineStart = this.#index;
  }

  next(): LexedToken | null {
    this.#skip();
    if (this.#index >= this.#text.length) return null;
    const position = { line: this.#line, column: this.#index - this.#lineStart + 1, ...this.place };
    const startsLine = this.#startsLine;
    this.#startsLine = false;
    const quoted = this.#text[this.#index] === '"';
    return { text: quoted ? this.#quoted(position) : this.#plain(), position, startsLine };
  }

  /** Goes to the next token: over white space and comments. */
  #skip(): void {
    let comment = false;
    for (; this.#index < this.#text.length; this.#index++) {
      const character = this.#text[this.#index] ?? "";
      if (character === "\n") {
        comment = false;
        this.#startsLine = true;
        this.#newLine();
      } else if (character === "#") comment = true;
      else if (!comment && !isSpace(character)) return;
    }
  }

  #plain(): string {
    const start = this.#index;
    let returns = false;
    for (; this.#index < this.#text.length; this.#index++) {
      const character = this.#text[this.#index] ?? "";
      if (character === CARRIAGE_RETURN) returns = true;
      else if (character === "#" || isSpace(character)) break;
    }
    const text = this.#text.slice(start, this.#index);
    return returns ? text.split(CARRIAGE_RETURN).join("") : text;
  }

  #quoted(position: CorefilePosition): string {
    const parts: string[] = [];
    this.#index++;
    let start = this.#index;
    let escaped = false;
    for (; this.#index < this.#text.length; this.#index++) {
      const character = this.#text[this.#index];
      if (character === "\n") this.#newLine();
      if (character === '"' && escaped) {
        parts.push(this.#text.slice(start, this.#index - 1));
        start = this.#index;
      } else if (character === '"') {
        parts.push(this.#text.slice(start, this.#index));
        this.#index++;
        return parts.join("");
      }
      escaped = character === "\\" && !escaped;
    }
    this.openQuote = position;
    parts.push(this.#text.slice(start));
    return parts.join("");
  }

  #newLine(): void {
    this.#line++;
    this.#lineStart = this.#index + 1;
  }
}

/** White space as Go's unicode.IsSpace has it: with U+0085, without the byte order mark. */
function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === NEXT_LINE || (code !== BYTE_ORDER_MARK && /\s/.test(character));
}
