/** One directive of a server block: its line and, after "{" at the end of that line, its properties (Caddy v1 parse.go). */
import type { CorefileToken, Directive, ReportCorefileError } from "./corefile.js";
import type { TokenStream } from "./token-stream.js";
import { shown } from "./zone-name.js";

/** Blocks within blocks; no plugin has more than two. */
const DEEPEST = 32;

const OWN_LINE = "put it on a line of its own";

export interface ReadDirective {
  /** Null when no directive can begin so, which was reported; its line was passed over. */
  readonly directive: Directive | null;
  /** A "}" on its line ended the block around it: within a block as its last argument, in a server block as an error. */
  readonly endsBlock: boolean;
}

/** Reads the directive that comes next. */
export function readDirective(stream: TokenStream, report: ReportCorefileError): ReadDirective {
  return read(stream, report, 1);
}

const NOTHING: ReadDirective = { directive: null, endsBlock: false };

function read(stream: TokenStream, report: ReportCorefileError, depth: number): ReadDirective {
  const first = stream.take();
  if (first === null) return NOTHING;
  if (first.text === "{") {
    report(first.position, '"{" must stand on the line of its directive');
    // What is in the braces would be reported line by line: pass over it.
    passBlock(stream);
    return NOTHING;
  }
  const name = stream.fill(first);
  const found: CorefileToken[] = [];
  for (let token = stream.peekOnLine(); token !== null; token = stream.peekOnLine()) {
    stream.take();
    if (token.text === "{") {
      const block = readBlock(stream, report, token, depth);
      return { directive: { name, arguments: found, block }, endsBlock: false };
    }
    if (token.text === "}") {
      if (depth === 1) report(token.position, `"}" on the line of ${shown(name.text)}`, OWN_LINE);
      else found.push({ text: token.text, position: token.position });
      reportRest(stream, report, depth - 1);
      return { directive: { name, arguments: found, block: null }, endsBlock: true };
    }
    found.push(stream.fill(token));
  }
  return { directive: { name, arguments: found, block: null }, endsBlock: false };
}

function readBlock(
  stream: TokenStream,
  report: ReportCorefileError,
  opening: CorefileToken,
  depth: number,
): readonly Directive[] {
  const properties: Directive[] = [];
  if (depth >= DEEPEST) {
    report(opening.position, `blocks within each other deeper than ${DEEPEST} levels`);
    passBlock(stream);
    return properties;
  }
  for (let token = stream.peek(); token !== null; token = stream.peek()) {
    if (token.text === "}") {
      stream.take();
      reportRest(stream, report, depth);
      return properties;
    }
    if (token.text === "import" && token.startsLine) {
      stream.expandImport();
      continue;
    }
    const { directive, endsBlock } = read(stream, report, depth + 1);
    if (directive !== null) properties.push(directive);
    if (endsBlock) return properties;
  }
  report(opening.position, '"{" without "}": the block has no end');
  return properties;
}

/**
 * Nothing may follow a closing brace on its line. `depth` is that of the block that it closed: 0 for a server block, behind
 * which the next one may begin. The brace of a block around it may follow, but not that of the server block.
 */
function reportRest(stream: TokenStream, report: ReportCorefileError, depth: number): void {
  const next = stream.peekOnLine();
  if (next === null || depth === 0 || (next.text === "}" && depth > 1)) return;
  report(next.position, `${shown(next.text)} after a closing brace`, OWN_LINE);
  if (next.text !== "}") stream.skipLine();
}

function passBlock(stream: TokenStream): void {
  let depth = 1;
  for (let token = stream.take(); token !== null && depth > 0; ) {
    if (token.text === "{") depth++;
    else if (token.text === "}") depth--;
    if (depth > 0) token = stream.take();
  }
}
