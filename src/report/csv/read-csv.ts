/** Reads CSV text back (RFC 4180: quoted fields, doubled quotes, line breaks within quotes; LF or CRLF). */

const QUOTE = 34;
const COMMA = 44;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Records of a CSV text, one array of fields each, the header row first. An empty text has none. Throws on a quoted
 * field that does not end and on text behind a closing quote, naming the record.
 */
export function* readCsv(text: string): Generator<string[]> {
  let record: string[] = [];
  let number = 1;
  let at = 0;
  while (at < text.length) {
    let field: string;
    if (text.charCodeAt(at) === QUOTE) {
      const end = closingQuote(text, at, number);
      field = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const start = at;
      while (at < text.length && !endsField(text, at)) at++;
      field = text.slice(start, at);
    }
    record.push(field);
    if (text.charCodeAt(at) === COMMA) {
      at++;
      if (at < text.length) continue;
      record.push("");
    } else if (at < text.length) {
      const lineBreak = text.charCodeAt(at) === CARRIAGE_RETURN ? at + 1 : at;
      if (text.charCodeAt(lineBreak) !== LINE_FEED) throw new Error(`record ${number}: text behind a closing quote`);
      at = lineBreak + 1;
    }
    yield record;
    record = [];
    number++;
  }
}

function endsField(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === COMMA || code === LINE_FEED) return true;
  return code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED;
}

/** Index of the quote that ends the field opened at `start`: the first one that is not doubled. */
function closingQuote(text: string, start: number, number: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  if (at < 0) throw new Error(`record ${number}: a quoted field does not end`);
  return at;
}
