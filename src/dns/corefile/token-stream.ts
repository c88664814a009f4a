/**
 * The tokens of a Corefile in the order in which a parser meets them, imports replaced by what they stand for (Caddy v1
 * caddyfile/parse.go). A snippet may import others, itself through them included: a cap ends that.
 */
import type { CorefileFiles, CorefilePosition, CorefileToken, ReportCorefileError } from "./corefile.js";
import { type Environment, fillVariables } from "./environment.js";
import { filesMatching, isFileName } from "./import-files.js";
import { type LexedToken, lexCorefile } from "./lexer.js";
import { shown } from "./zone-name.js";

/** Caps on what imports expand to: the first is Caddy's, the second keeps a small file from filling the memory. */
const MOST_EXPANSIONS = 10_000;
const MOST_IMPORTED_TOKENS = 200_000;

interface Frame {
  readonly tokens: readonly LexedToken[];
  index: number;
}

export class TokenStream {
  readonly #frames: Frame[];
  readonly #snippets = new Map<string, readonly LexedToken[]>();
  readonly #environment: Environment;
  readonly #files: CorefileFiles;
  readonly #report: ReportCorefileError;
  #expansions = 0;
  #importedTokens = 0;
  #capped = false;
  /** Number of tokens that were taken. */
  taken = 0;
  /** Place of the newest token that was taken: where the text ends, once it has ended. */
  last: CorefilePosition = { line: 1, column: 1 };

  constructor(
    tokens: readonly LexedToken[],
    environment: Environment,
    files: CorefileFiles,
    report: ReportCorefileError,
  ) {
    this.#frames = [{ tokens, index: 0 }];
    this.#environment = environment;
    this.#files = files;
    this.#report = report;
  }

  /** The next token, as it is written; null at the end. */
  peek(): LexedToken | null {
    for (let frame = this.#frames.at(-1); frame !== undefined; frame = this.#frames.at(-1)) {
      const token = frame.tokens[frame.index];
      if (token !== undefined) {
        // What is imported begins where a line begins, wherever it was written.
        return frame.index === 0 && !token.startsLine ? { ...token, startsLine: true } : token;
      }
      this.#frames.pop();
    }
    return null;
  }

  /** Takes the next token; null at the end. */
  take(): LexedToken | null {
    const token = this.peek();
    const frame = this.#frames.at(-1);
    if (token === null || frame === undefined) return null;
    frame.index++;
    this.taken++;
    this.last = token.position;
    return token;
  }

  /** The next token if it stands on the same line; null otherwise. */
  peekOnLine(): LexedToken | null {
    const token = this.peek();
    return token === null || token.startsLine ? null : token;
  }

  /** Passes over the rest of a line. */
  skipLine(): void {
    while (this.peekOnLine() !== null) this.take();
  }

  /** The token with its variables filled in. */
  fill(token: LexedToken): CorefileToken {
    const { text, position } = token;
    const filled = fillVariables(text, this.#environment);
    if (filled === null) this.#report(position, `the variables in ${shown(text)} refer to themselves`);
    return { text: filled ?? "", position };
  }

  /** Keeps a snippet. A second one of the same name is an error, and one that imports itself. */
  define(name: string, position: CorefilePosition, tokens: readonly LexedToken[]): void {
    if (this.#snippets.has(name)) this.#report(position, `a second snippet called ${shown(name)}`, "names are unique");
    else this.#snippets.set(name, tokens);
    tokens.forEach((token, index) => {
      if (token.text !== "import" || !token.startsLine || tokens[index + 1]?.text !== name) return;
      this.#report(token.position, `the snippet ${shown(name)} imports itself`);
    });
  }

  /** Takes `import NAME`; the tokens of the snippet, or of the files, come next. */
  expandImport(): void {
    const { position } = this.take() ?? { position: this.last };
    const argument = this.peekOnLine();
    if (argument === null) {
      this.#report(position, "import takes the name of a snippet");
      return;
    }
    const name = this.fill(argument).text;
    this.take();
    const more = this.peekOnLine();
    if (more !== null) {
      this.#report(more.position, "import takes one argument");
      this.skipLine();
      return;
    }
    const tokens = this.#snippets.get(name);
    if (tokens !== undefined) this.#expand(tokens, position);
    else this.#importFiles(name, argument.position, position);
  }

  /** A pattern may match nothing: CoreDNS says so in its log and goes on. */
  #importFiles(name: string, place: CorefilePosition, position: CorefilePosition): void {
    const paths = filesMatching(name, this.#files);
    if (paths.length > 0) {
      const tokens = paths.flatMap((path) => lexCorefile(this.#files[path] ?? "", this.#report, path));
      this.#expand(tokens, position);
    } else if (!isFileName(name)) this.#report(place, ...noSuchSnippet(name, [...this.#snippets.keys()]));
    else if (name.split("*").length > 2) {
      this.#report(place, `${shown(name)}: a pattern of import has one "*" at most`);
    } else if (name.includes("*")) {
      const hint = "files come from the ConfigMap of CoreDNS and from kube-system/coredns-custom";
      this.#report(place, `no file matches ${shown(name)}: nothing is imported`, hint, "warning");
    } else {
      const hint = "give its ConfigMap (kube-system/coredns-custom), or put its lines in the place of the import";
      this.#report(place, `there is no file ${shown(name)}`, hint);
    }
  }

  #expand(tokens: readonly LexedToken[], position: CorefilePosition): void {
    this.#expansions++;
    this.#importedTokens += tokens.length;
    if (this.#expansions <= MOST_EXPANSIONS && this.#importedTokens <= MOST_IMPORTED_TOKENS) {
      this.#frames.push({ tokens, index: 0 });
      return;
    }
    if (this.#capped) return;
    this.#capped = true;
    const limit =
      this.#expansions > MOST_EXPANSIONS ? `${MOST_EXPANSIONS} imports` : `${MOST_IMPORTED_TOKENS} imported words`;
    this.#report(position, `more than ${limit}`, "does a snippet import itself, or through others?");
  }
}

function noSuchSnippet(name: string, known: readonly string[]): [message: string, hint: string] {
  if (name === "") return ["import takes the name of a snippet, this one is empty", ""];
  const hint = known.length === 0 ? "(NAME) { … } before it defines one" : `known: ${known.slice(0, 12).join(", ")}`;
  return [`there is no snippet ${shown(name)} before this line, and no such file`, hint];
}
