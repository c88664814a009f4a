/**
 * Facts: what happened, and because of what.
 *
 * A fact is five numbers in chunked typed arrays (25 bytes): its time, its kind, whom it is about (subject), with what
 * (object), and the fact that caused it (parent). Ids count up, so a parent's id is always smaller than its child's,
 * and following parents ends. Names are interned: a subject is the index of a text. The meaning of kinds belongs to
 * the model, not to the engine.
 */
import type { Micros } from "./duration.js";

export type FactId = number;

/** "No fact": the parent of a root cause. */
export const NO_FACT: FactId = -1;

const BITS = 12;
const ROWS = 1 << BITS;
const MASK = ROWS - 1;

class Chunk {
  readonly time = new Float64Array(ROWS);
  readonly parent = new Int32Array(ROWS);
  readonly subject = new Int32Array(ROWS);
  readonly object = new Int32Array(ROWS);
  readonly component = new Int32Array(ROWS);
  readonly kind = new Uint8Array(ROWS);
}

export class Facts {
  length = 0;
  /** While false, `add` records nothing and gives NO_FACT: a cluster that converges has no history yet. */
  recording = true;
  private readonly chunks: Chunk[] = [];
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** The number of a text; the same text always gets the same number within a run. */
  intern(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.numbers.set(text, number);
    }
    return number;
  }

  text(number: number): string {
    return this.texts[number] ?? "";
  }

  /** Appends a fact; `subject`, `object` and `component` are interned texts. `parent` is an earlier fact or NO_FACT. */
  add(time: Micros, kind: number, component: number, subject: number, object: number, parent: FactId): FactId {
    if (!this.recording) return NO_FACT;
    const id = this.length;
    if (parent >= id) throw new RangeError(`fact ${id} cannot be caused by the later fact ${parent}`);
    this.length++;
    const row = id & MASK;
    if (row === 0) this.chunks.push(new Chunk());
    const chunk = this.chunks[id >> BITS]!;
    chunk.time[row] = time;
    chunk.kind[row] = kind;
    chunk.component[row] = component;
    chunk.subject[row] = subject;
    chunk.object[row] = object;
    chunk.parent[row] = parent;
    return id;
  }

  timeOf(id: FactId): Micros {
    return this.chunk(id).time[id & MASK]!;
  }
  kindOf(id: FactId): number {
    return this.chunk(id).kind[id & MASK]!;
  }
  componentOf(id: FactId): string {
    return this.text(this.chunk(id).component[id & MASK]!);
  }
  subjectOf(id: FactId): string {
    return this.text(this.chunk(id).subject[id & MASK]!);
  }
  objectOf(id: FactId): string {
    return this.text(this.chunk(id).object[id & MASK]!);
  }
  parentOf(id: FactId): FactId {
    return this.chunk(id).parent[id & MASK]!;
  }

  /** The fact at the root of a chain of causes; NO_FACT for NO_FACT. */
  rootOf(id: FactId): FactId {
    let root = id;
    for (let parent = id; parent >= 0; parent = this.parentOf(parent)) root = parent;
    return root;
  }

  /** The chain from a fact back to its root, the fact itself first. */
  chain(id: FactId): FactId[] {
    const chain: FactId[] = [];
    for (let fact = id; fact >= 0; fact = this.parentOf(fact)) chain.push(fact);
    return chain;
  }

  private chunk(id: FactId): Chunk {
    const chunk = this.chunks[id >> BITS];
    if (id < 0 || id >= this.length || chunk === undefined) throw new RangeError(`no fact ${id}`);
    return chunk;
  }
}
