/**
 * Regular expressions of rewrite and template, with the meaning of Go's and with a bound on their cost.
 *
 * Patterns are input, and a backtracking engine such as JavaScript's can take exponential time on `(a+)+$`. Here a
 * pattern becomes a small program, and no (instruction, position) is visited twice for one text: the cost is at most the
 * product of both lengths, whatever the pattern (the idea of RE2's BitState). The leftmost match wins, among those from
 * one place the first in the order of the alternatives.
 */
import { type CharacterSet, PatternError, type PatternNode, parsePattern } from "./parser.js";

/** Repetitions with counts are written out: `(a{1000}){1000}` would be a million instructions. */
const MAX_INSTRUCTIONS = 5000;

type Instruction =
  | { readonly op: "set"; readonly set: CharacterSet }
  | { readonly op: "begin" | "end" | "match" }
  | { readonly op: "save"; readonly slot: number }
  /** `first` is tried before `second`. */
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number };

export interface PatternMatch {
  /** The whole match, then the groups; "" for a group that took no part. */
  readonly groups: readonly string[];
}

export class Pattern {
  private constructor(
    private readonly program: readonly Instruction[],
    /** Number of groups, the whole match not among them. */
    readonly groups: number,
    readonly names: ReadonlyMap<string, number>,
  ) {}

  /** The pattern, or what is wrong with it. */
  static compile(text: string): Pattern | string {
    try {
      const { node, groups, names } = parsePattern(text);
      const program: Instruction[] = [{ op: "save", slot: 0 }];
      emit(program, node);
      program.push({ op: "save", slot: 1 }, { op: "match" });
      return new Pattern(program, groups, names);
    } catch (error) {
      if (error instanceof PatternError) return error.message;
      throw error;
    }
  }

  /** The leftmost match anywhere in `text`. */
  match(text: string): PatternMatch | null {
    const { program } = this;
    const width = text.length + 1;
    const visited = new Uint8Array(program.length * width);
    for (let start = 0; start < width; start++) {
      const slots = this.run(text, start, visited);
      if (slots === null) continue;
      const groups: string[] = [];
      for (let group = 0; group <= this.groups; group++) {
        const from = slots[2 * group] ?? -1;
        const to = slots[2 * group + 1] ?? -1;
        groups.push(from < 0 || to < 0 ? "" : text.slice(from, to));
      }
      return { groups };
    }
    return null;
  }

  /** Matches from `start` on; the places of the groups, or null. */
  private run(text: string, start: number, visited: Uint8Array): readonly number[] | null {
    const { program } = this;
    const width = text.length + 1;
    let slots: readonly number[] = new Array<number>(2 * this.groups + 2).fill(-1);
    const waiting: { readonly at: number; readonly position: number; readonly slots: readonly number[] }[] = [];
    let at = 0;
    let position = start;
    for (;;) {
      const state = at * width + position;
      const instruction = visited[state] === 1 ? null : (program[at] as Instruction);
      visited[state] = 1;
      let goesOn = false;
      switch (instruction?.op) {
        case "match":
          return slots;
        case "set":
          goesOn = position < text.length && holds(instruction.set, text.charCodeAt(position));
          at++;
          position++;
          break;
        case "begin":
          goesOn = position === 0;
          at++;
          break;
        case "end":
          goesOn = position === text.length;
          at++;
          break;
        case "save":
          slots = slots.with(instruction.slot, position);
          goesOn = true;
          at++;
          break;
        case "jump":
          goesOn = true;
          at = instruction.to;
          break;
        case "split":
          waiting.push({ at: instruction.second, position, slots });
          goesOn = true;
          at = instruction.first;
          break;
        default:
      }
      if (goesOn) continue;
      const next = waiting.pop();
      if (next === undefined) return null;
      ({ at, position, slots } = next);
    }
  }
}

function holds({ ranges, negated }: CharacterSet, code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high) !== negated;
}

function emit(program: Instruction[], node: PatternNode): void {
  if (program.length > MAX_INSTRUCTIONS) throw new PatternError("the pattern with its repetitions is too long");
  switch (node.kind) {
    case "set":
      program.push({ op: "set", set: node.set });
      return;
    case "begin":
    case "end":
      program.push({ op: node.kind });
      return;
    case "sequence":
      for (const each of node.nodes) emit(program, each);
      return;
    case "group":
      program.push({ op: "save", slot: 2 * node.index });
      emit(program, node.node);
      program.push({ op: "save", slot: 2 * node.index + 1 });
      return;
    case "choice":
      emitChoice(program, node.nodes);
      return;
    case "repeat":
      emitRepeat(program, node);
      return;
    default:
      node satisfies never;
  }
}

function emitChoice(program: Instruction[], branches: readonly PatternNode[]): void {
  const jumps: { op: "jump"; to: number }[] = [];
  for (const [index, branch] of branches.entries()) {
    const split = { op: "split" as const, first: program.length + 1, second: 0 };
    const last = index === branches.length - 1;
    if (!last) program.push(split);
    emit(program, branch);
    if (last) break;
    const jump = { op: "jump" as const, to: 0 };
    jumps.push(jump);
    program.push(jump);
    split.second = program.length;
  }
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat(program: Instruction[], { node, least, most, lazy }: PatternNode & { kind: "repeat" }): void {
  for (let count = 0; count < least; count++) emit(program, node);
  if (most === Number.POSITIVE_INFINITY) {
    const split = { op: "split" as const, first: 0, second: 0 };
    const start = program.push(split) - 1;
    emit(program, node);
    program.push({ op: "jump", to: start });
    leave(split, start + 1, program.length, lazy);
    return;
  }
  const splits: { readonly split: { first: number; second: number }; readonly inside: number }[] = [];
  for (let count = least; count < most; count++) {
    const split = { op: "split" as const, first: 0, second: 0 };
    splits.push({ split, inside: program.push(split) });
    emit(program, node);
  }
  for (const { split, inside } of splits) leave(split, inside, program.length, lazy);
}

/** A greedy repetition prefers to go in, a lazy one to go on. */
function leave(split: { first: number; second: number }, inside: number, behind: number, lazy: boolean): void {
  split.first = lazy ? behind : inside;
  split.second = lazy ? inside : behind;
}
