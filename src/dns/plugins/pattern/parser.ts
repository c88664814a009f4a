/**
 * Parses a regular expression of a Corefile: the part of Go's syntax (RE2) that names need. Characters, `.`, classes,
 * groups (named ones too), alternatives, repetitions, `^` and `$`. What is left out is refused, never read differently.
 */

/** Ranges of character codes, both ends included. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
}

export type PatternNode =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "begin" | "end" }
  | { readonly kind: "sequence" | "choice"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "group"; readonly index: number; readonly node: PatternNode }
  | {
      readonly kind: "repeat";
      readonly node: PatternNode;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

export interface ParsedPattern {
  readonly node: PatternNode;
  /** Number of groups, the whole match not among them. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** What is wrong with a pattern: the message of the exception that parsing ends with. */
export class PatternError extends Error {}

const MAX_LENGTH = 1000;
const MAX_NESTING = 50;
const MAX_REPETITION = 1000;

const DIGITS: CharacterSet["ranges"] = [[48, 57]];
const WORDS: CharacterSet["ranges"] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACES: CharacterSet["ranges"] = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const CLASSES: ReadonlyMap<string, CharacterSet> = new Map([
  ["d", { ranges: DIGITS, negated: false }],
  ["D", { ranges: DIGITS, negated: true }],
  ["w", { ranges: WORDS, negated: false }],
  ["W", { ranges: WORDS, negated: true }],
  ["s", { ranges: SPACES, negated: false }],
  ["S", { ranges: SPACES, negated: true }],
]);
const ANY: CharacterSet = { ranges: [[10, 10]], negated: true };

/** Throws a PatternError. */
export function parsePattern(text: string): ParsedPattern {
  if (text.length > MAX_LENGTH) throw new PatternError(`the pattern is longer than ${MAX_LENGTH} characters`);
  const parser = new PatternParser(text);
  return parser.parse();
}

class PatternParser {
  private place = 0;
  private depth = 0;
  private groups = 0;
  private readonly names = new Map<string, number>();

  constructor(private readonly text: string) {}

  parse(): ParsedPattern {
    const node = this.choice();
    if (this.place < this.text.length) throw new PatternError('there is a ")" too many');
    return { node, groups: this.groups, names: this.names };
  }

  private peek(): string {
    return this.text.charAt(this.place);
  }

  private take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.place)) return false;
    this.place += expected.length;
    return true;
  }

  private choice(): PatternNode {
    if (++this.depth > MAX_NESTING) throw new PatternError(`groups are nested deeper than ${MAX_NESTING}`);
    const branches = [this.sequence()];
    while (this.take("|")) branches.push(this.sequence());
    this.depth--;
    return branches.length === 1 ? (branches[0] as PatternNode) : { kind: "choice", nodes: branches };
  }

  private sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.place < this.text.length && this.peek() !== "|" && this.peek() !== ")") nodes.push(this.repeated());
    return { kind: "sequence", nodes };
  }

  private repeated(): PatternNode {
    const node = this.single();
    const bounds = this.bounds();
    if (bounds === null) return node;
    const lazy = this.take("?");
    if (this.bounds() !== null) throw new PatternError("a repetition is repeated");
    return { kind: "repeat", node, least: bounds[0], most: bounds[1], lazy };
  }

  private bounds(): readonly [number, number] | null {
    if (this.take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.take("?")) return [0, 1];
    const match = /^\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/.exec(this.text.slice(this.place, this.place + 14));
    if (match === null) return null;
    this.place += match[0].length;
    const least = Number(match[1]);
    const most =
      match[3] === undefined ? (match[2] === undefined ? least : Number.POSITIVE_INFINITY) : Number(match[3]);
    if (Math.max(least, most === Number.POSITIVE_INFINITY ? 0 : most) > MAX_REPETITION || most < least) {
      throw new PatternError(`the repetition ${match[0]} is not possible`);
    }
    return [least, most];
  }

  private single(): PatternNode {
    const character = this.peek();
    this.place++;
    switch (character) {
      case "(":
        return this.group();
      case "[":
        return { kind: "set", set: this.characterClass() };
      case ".":
        return { kind: "set", set: ANY };
      case "^":
        return { kind: "begin" };
      case "$":
        return { kind: "end" };
      case "\\":
        return { kind: "set", set: this.escape() };
      case "*":
      case "+":
      case "?":
        throw new PatternError(`there is nothing before ${character} to repeat`);
      default:
        return { kind: "set", set: exactly(character) };
    }
  }

  private group(): PatternNode {
    if (this.take("?:")) return this.closed(this.choice());
    const index = ++this.groups;
    if (this.peek() === "?") {
      const match = /^\?P?<([A-Za-z_]\w{0,60})>/.exec(this.text.slice(this.place, this.place + 70));
      if (match === null) throw new PatternError("flags and assertions, as in (?i) or (?=…), are not modelled yet");
      this.place += match[0].length;
      this.names.set(match[1] as string, index);
    }
    return this.closed({ kind: "group", index, node: this.choice() });
  }

  private closed(node: PatternNode): PatternNode {
    if (!this.take(")")) throw new PatternError('a ")" is missing');
    return node;
  }

  private escape(): CharacterSet {
    const character = this.peek();
    this.place++;
    const known = CLASSES.get(character);
    if (known !== undefined) return known;
    if (character === "" || /[A-Za-z0-9]/.test(character)) {
      throw new PatternError(`the escape \\${character} is not modelled yet`);
    }
    return exactly(character);
  }

  private characterClass(): CharacterSet {
    const negated = this.take("^");
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || this.peek() !== "]"; first = false) {
      if (this.place >= this.text.length) throw new PatternError('a "]" is missing');
      if (this.text.startsWith("[:", this.place))
        throw new PatternError("classes such as [:alpha:] are not modelled yet");
      const low = this.classCharacter();
      if (this.peek() !== "-" || this.text.charAt(this.place + 1) === "]") {
        ranges.push(...low.ranges);
        continue;
      }
      this.place++;
      const high = this.classCharacter();
      const from = low.ranges[0]?.[0] ?? 0;
      const to = high.ranges[0]?.[1] ?? 0;
      if (low.ranges.length > 1 || high.ranges.length > 1 || to < from)
        throw new PatternError("a range runs backwards");
      ranges.push([from, to]);
    }
    this.place++;
    return { ranges, negated };
  }

  private classCharacter(): CharacterSet {
    const character = this.peek();
    this.place++;
    const set = character === "\\" ? this.escape() : exactly(character);
    if (set.negated) throw new PatternError("\\D, \\W and \\S within brackets are not modelled yet");
    return set;
  }
}

function exactly(character: string): CharacterSet {
  const code = character.charCodeAt(0);
  return { ranges: [[code, code]], negated: false };
}
