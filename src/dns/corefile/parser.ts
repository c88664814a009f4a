/**
 * Text to server blocks (Caddy v1 caddyfile/parse.go @ 15135a99, CoreDNS 1.14.7 core/dnsserver/register.go): snippets and
 * imports expanded, variables filled in, keys normalised. Which directives exist is not known here (configure.ts).
 *
 * All errors are reported, each with its place: after one, parsing goes on with the next line. Stricter than Caddy where
 * that hides a mistake: a "}" without "{" after a block without braces, a block whose keys are all empty variables.
 */
import type {
  Corefile,
  CorefileError,
  CorefileFiles,
  CorefileSeverity,
  CorefileToken,
  Directive,
  ServerBlock,
  ServerKey,
} from "./corefile.js";
import type { Environment } from "./environment.js";
import { type LexedToken, lexCorefile } from "./lexer.js";
import { readDirective } from "./read-directive.js";
import { identityOf, readServerKeys } from "./server-key.js";
import { TokenStream } from "./token-stream.js";
import { shown } from "./zone-name.js";

/** What CoreDNS runs when a Corefile has no server block. */
const BUILT_IN = ".:53 {\nwhoami\nlog\n}\n";

/** Errors beyond these are not told. */
const MOST_ERRORS = 100;

export interface ParsedCorefile {
  /** Null when there are errors. */
  readonly corefile: Corefile | null;
  /** In the order of the text. */
  readonly errors: readonly CorefileError[];
  readonly warnings: readonly CorefileError[];
}

export interface CorefileInput {
  /** The environment of the CoreDNS container; empty by default. */
  readonly environment?: Environment;
  /** None by default. */
  readonly files?: CorefileFiles;
}

export function parseCorefile(text: string, { environment = {}, files = {} }: CorefileInput = {}): ParsedCorefile {
  const parser = new Parser(text, environment, files);
  const blocks = parser.parse();
  const { errors, warnings } = parser;
  errors.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  if (errors.length > 0) return { corefile: null, errors, warnings };
  return blocks.length === 0 ? { ...parseCorefile(BUILT_IN), warnings } : { corefile: { blocks }, errors, warnings };
}

class Parser {
  readonly errors: CorefileError[] = [];
  readonly warnings: CorefileError[] = [];
  readonly #stream: TokenStream;
  readonly #seen = new Map<string, ServerKey>();
  /** What a snippet has wrong is told once, however often it is imported. */
  readonly #told = new Set<string>();

  constructor(text: string, environment: Environment, files: CorefileFiles) {
    const tokens = lexCorefile(text, this.report);
    this.#stream = new TokenStream(tokens, environment, files, this.report);
  }

  readonly report = (
    position: CorefileError["position"],
    message: string,
    hint = "",
    severity: CorefileSeverity = "error",
  ): void => {
    const told = `${position.file ?? ""}:${position.line}:${position.column} ${message}`;
    const found = severity === "error" ? this.errors : this.warnings;
    if (this.#told.has(told) || found.length >= MOST_ERRORS) return;
    this.#told.add(told);
    found.push({ position, message, hint });
  };

  parse(): ServerBlock[] {
    const blocks: ServerBlock[] = [];
    for (let token = this.#stream.peek(); token !== null; token = this.#stream.peek()) {
      if (token.text === "import" && token.startsLine) {
        this.#stream.expandImport();
        continue;
      }
      const block = this.#block(token);
      if (block !== null) blocks.push(block);
    }
    return blocks;
  }

  /** A server block, or null for a snippet and for what is none. */
  #block(first: LexedToken): ServerBlock | null {
    const { taken } = this.#stream;
    const before = this.errors.length;
    const keys = this.#keys();
    const [key] = keys;
    const next = this.#stream.peek();
    const braces = next?.text === "{";
    if (keys.length === 1 && key !== undefined && key.text.startsWith("(") && key.text.endsWith(")")) {
      this.#snippet(key, braces);
      return null;
    }
    if (braces) this.#stream.take();
    const wrong = this.errors.length > before;
    if (key === undefined && !wrong) {
      const stray = first.text === "{" || first.text === "}";
      const message = stray ? `${shown(first.text)} without a key before it` : "no key is left of this server block";
      this.report(first.position, message, stray ? "" : "which variables does the container's env set?");
    }
    if (braces || key !== undefined) {
      const directives = this.#directives(braces, next ?? first);
      return { keys: keys.flatMap((each) => this.#serverKeys(each)), directives };
    }
    // A lone closing brace, or empty keys without a block: what follows is no part of it.
    if (this.#stream.taken === taken) this.#stream.take();
    return null;
  }

  /** Keys with their variables filled in; a comma at the end of a line goes on with the next one. */
  #keys(): CorefileToken[] {
    const keys: CorefileToken[] = [];
    let comma = false;
    for (let count = 0; ; count++) {
      const token = this.#stream.peek();
      if (token === null) {
        if (comma) this.report(this.#stream.last, "a key is missing after the comma");
        return keys;
      }
      if (token.text === "import" && token.startsLine && (comma || count === 0)) {
        this.#stream.expandImport();
        continue;
      }
      if (token.text === "{" || token.text === "}") {
        if (comma) this.report(token.position, `a key is missing between the comma and ${shown(token.text)}`);
        return keys;
      }
      if (count > 0 && token.startsLine && !comma) return keys;
      this.#stream.take();
      const { text, position } = this.#stream.fill(token);
      if (text === "") continue;
      comma = text.endsWith(",");
      const key = comma ? text.slice(0, -1) : text;
      if (key !== "") keys.push({ text: key, position });
      else this.report(position, "a key is missing before the comma");
    }
  }

  #directives(braces: boolean, opening: CorefileToken): Directive[] {
    const directives: Directive[] = [];
    for (let token = this.#stream.peek(); token !== null; token = this.#stream.peek()) {
      if (token.text === "}") {
        this.#stream.take();
        if (braces) return directives;
        this.report(token.position, '"}" without "{"', "the block of these directives has no braces");
      } else if (token.text === "import") this.#stream.expandImport();
      else {
        const { directive, endsBlock } = readDirective(this.#stream, this.report);
        if (directive !== null) directives.push(directive);
        if (endsBlock && braces) return directives;
      }
    }
    if (braces) this.report(opening.position, '"{" without "}": the server block has no end');
    return directives;
  }

  /** `(name) { … }`: its tokens, to be imported later. */
  #snippet(key: CorefileToken, braces: boolean): void {
    const name = key.text.slice(1, -1);
    if (!braces) {
      this.report(key.position, `the snippet ${shown(name)} needs braces`);
      return;
    }
    const opening = this.#stream.take();
    const tokens: LexedToken[] = [];
    let depth = 1;
    for (let token = this.#stream.take(); token !== null; token = this.#stream.take()) {
      if (token.text === "{") depth++;
      else if (token.text === "}") depth--;
      if (depth === 0) {
        this.#stream.define(name, key.position, tokens);
        return;
      }
      tokens.push(token);
    }
    this.report((opening ?? key).position, `"{" without "}": the snippet ${shown(name)} has no end`);
  }

  #serverKeys(token: CorefileToken): readonly ServerKey[] {
    const keys = readServerKeys(token, this.report);
    for (const key of keys) {
      const identity = identityOf(key);
      const first = this.#seen.get(identity);
      if (first === undefined) this.#seen.set(identity, key);
      else {
        const { line, column } = first.token.position;
        const message = `${identity} is served twice: the first key is at line ${line}, column ${column}`;
        this.report(token.position, message, "keep one of them; addresses given with bind do not part them here");
        return [];
      }
    }
    return keys;
  }
}
