/**
 * Reads one directive, or one property of its block, while a plugin is set up. What is wrong is reported with its place,
 * and reading goes on with the value that the caller gives for that case: a user sees all mistakes at once.
 *
 * A property ends at the end of its line, as in Caddy's dispenser: in `health { lameduck 5s }` on one line the closing
 * brace is a second argument of `lameduck`, and a count that is checked finds it. A property of which CoreDNS takes one word
 * only leaves the rest of its line alone: there the brace closes the block, and another word begins the next property.
 */
import type { Micros } from "../../engine/duration.js";
import { type Address, parseAddress } from "../../model/address.js";
import { nearestName } from "../../model/nearest-name.js";
import type { CorefileToken, Directive, ReportCorefileError } from "./corefile.js";
import { parseGoDuration } from "./go-duration.js";
import { parseZoneNames, shown } from "./zone-name.js";

const BRACE_HINT = "put the closing brace on a line of its own: a property takes everything up to the end of its line";

export interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** Reads one property of a block. */
export type ReadProperty = (property: DirectiveReader) => void;

export class DirectiveReader {
  readonly #directive: Directive;
  readonly #report: ReportCorefileError;

  constructor(directive: Directive, report: ReportCorefileError) {
    this.#directive = directive;
    this.#report = report;
  }

  get name(): string {
    return this.#directive.name.text;
  }

  /** Number of arguments. */
  get length(): number {
    return this.#directive.arguments.length;
  }

  /** Whether braces follow, be they empty. */
  get hasBlock(): boolean {
    return this.#directive.block !== null;
  }

  /** Texts of the arguments from `start` on. */
  texts(start = 0): readonly string[] {
    return this.#directive.arguments.slice(start).map(({ text }) => text);
  }

  /** Text of one argument; "" when it is left out. */
  text(index: number): string {
    return this.#directive.arguments[index]?.text ?? "";
  }

  /** Checks how many arguments there are; false when that is wrong, which is then reported. */
  count(least: number, most = least): boolean {
    const { length } = this;
    if (length >= least && length <= most) return true;
    const wanted =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
    const noun = wanted === "1" || wanted === "at least 1" ? "argument" : "arguments";
    const message = `${this.name} takes ${wanted === "0" ? "no" : wanted} ${noun}, not ${length}`;
    const brace = this.#directive.arguments.find(({ text }) => text === "}");
    const place = length > most ? (brace ?? this.#directive.arguments[most]) : undefined;
    this.#report((place ?? this.#directive.name).position, message, brace === undefined ? "" : BRACE_HINT);
    return false;
  }

  /** A whole number within a range; `otherwise` when it is left out or wrong (then reported). */
  integer(index: number, otherwise: number, { least = 0, most = Number.MAX_SAFE_INTEGER }: Range = {}): number {
    const token = this.#directive.arguments[index];
    if (token === undefined) return otherwise;
    const value = /^[+-]?\d{1,15}$/.test(token.text) ? Number(token.text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    this.#wrong(token, `${shown(token.text)} is no whole number ${range}`);
    return otherwise;
  }

  /** A duration in Go's form ("5s", "1m30s"), in microseconds, within a range; `otherwise` when left out or wrong. */
  duration(index: number, otherwise: Micros, { least = 0, most = Number.MAX_SAFE_INTEGER }: Range = {}): Micros {
    const token = this.#directive.arguments[index];
    if (token === undefined) return otherwise;
    const value = parseGoDuration(token.text);
    if (value === null) this.#wrong(token, `${shown(token.text)} is no duration`, 'for instance "5s" or "1m30s"');
    else if (value < least || value > most) this.#wrong(token, `the duration ${shown(token.text)} is out of range`);
    else return value;
    return otherwise;
  }

  /** An IPv4 address; null when left out or wrong (then reported). */
  address(index: number): Address | null {
    const token = this.#directive.arguments[index];
    if (token === undefined) return null;
    const address = parseAddress(token.text);
    if (address === null) this.#wrong(token, `${shown(token.text)} is no IPv4 address`);
    return address;
  }

  /**
   * Zones from the arguments, from `start` on: lower case, without trailing dot, "" for the root, ranges of addresses as
   * their reverse zones. `otherwise` (the zones of the server block) when there are none.
   */
  zones(start = 0, otherwise: readonly string[] = []): readonly string[] {
    const tokens = this.#directive.arguments.slice(start);
    if (tokens.length === 0) return otherwise;
    return tokens.flatMap((token) => {
      const names = parseZoneNames(token.text);
      if (names.ok) return names.zones;
      this.#wrong(token, names.message, names.hint);
      return [];
    });
  }

  /** One of a few words; `otherwise` when left out or wrong (then reported). */
  oneOf<T extends string>(index: number, words: readonly T[], otherwise: T): T {
    const token = this.#directive.arguments[index];
    if (token === undefined) return otherwise;
    const found = words.find((word) => word === token.text);
    if (found === undefined) this.#wrong(token, `expected ${words.join(" or ")}, not ${shown(token.text)}`);
    return found ?? otherwise;
  }

  /** The properties of the block, in their order, one reader each; none without a block. */
  block(): readonly DirectiveReader[] {
    return (this.#directive.block ?? []).map((property) => new DirectiveReader(property, this.#report));
  }

  /** Reads the properties of the block by name; one that is not known is reported. Of some, one word is taken. */
  properties(known: Readonly<Record<string, ReadProperty>>, oneWord: readonly string[] = []): void {
    const names = Object.keys(known);
    const properties = (this.#directive.block ?? []).flatMap((each) => splitAfterWord(each, oneWord));
    for (const property of properties.map((each) => new DirectiveReader(each, this.#report))) {
      const read = Object.hasOwn(known, property.name) ? known[property.name] : undefined;
      if (read !== undefined) {
        read(property);
        property.noBlock();
        continue;
      }
      const near = nearestName(property.name, names);
      const list = names.length === 0 ? "it has none" : `known: ${names.join(", ")}`;
      property.error(
        `${this.name} has no property ${shown(property.name)}`,
        near === null ? list : `did you mean ${near}?`,
      );
    }
  }

  /** Reports braces where none belong. */
  noBlock(): void {
    if (this.hasBlock) this.error(`${this.name} takes no block`);
  }

  /** Reports something about the directive, at its name. */
  error(message: string, hint = ""): void {
    this.#report(this.#directive.name.position, message, hint);
  }

  /** Says in passing what CoreDNS says in its log. */
  warnAt(index: number, message: string, hint = ""): void {
    const token = this.#directive.arguments[index] ?? this.#directive.name;
    this.#report(token.position, `${this.name}: ${message}`, hint, "warning");
  }

  /** Reports something about one argument (about the directive when there is no such argument). */
  errorAt(index: number, message: string, hint = ""): void {
    this.#wrong(this.#directive.arguments[index] ?? this.#directive.name, message, hint);
  }

  #wrong(token: CorefileToken, message: string, hint = ""): void {
    this.#report(token.position, `${this.name}: ${message}`, token.text === "}" ? BRACE_HINT : hint);
  }
}

/** The properties on one line, as far as those before the last take one word each. */
function splitAfterWord(property: Directive, oneWord: readonly string[]): Directive[] {
  const [word, next, ...rest] = property.arguments;
  if (word === undefined || next === undefined || !oneWord.includes(property.name.text)) return [property];
  const first = { name: property.name, arguments: [word], block: null };
  if (next.text === "}" && rest.length === 0) return [first];
  return [first, ...splitAfterWord({ name: next, arguments: rest, block: property.block }, oneWord)];
}
