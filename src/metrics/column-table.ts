/**
 * Rows without objects: a typed array for each field with numbers, and numbers of texts for each field with texts. A run
 * may keep millions of rows of twenty fields, most of whose texts are the same few.
 */
import type { Rows } from "../model/result.js";

const BITS = 12;
const CHUNK = 1 << BITS;
const MASK = CHUNK - 1;

interface FieldColumn {
  set(index: number, value: unknown): void;
  get(index: number): unknown;
}

class NumberColumn implements FieldColumn {
  private readonly chunks: Float64Array[] = [];

  set(index: number, value: unknown): void {
    if ((index & MASK) === 0) this.chunks.push(new Float64Array(CHUNK));
    (this.chunks[index >> BITS] as Float64Array)[index & MASK] = value as number;
  }

  get(index: number): number {
    return (this.chunks[index >> BITS] as Float64Array)[index & MASK] as number;
  }
}

class TextColumn implements FieldColumn {
  private readonly chunks: Int32Array[] = [];
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  set(index: number, value: unknown): void {
    if ((index & MASK) === 0) this.chunks.push(new Int32Array(CHUNK));
    (this.chunks[index >> BITS] as Int32Array)[index & MASK] = this.numberOf(value as string);
  }

  get(index: number): string {
    return this.texts[(this.chunks[index >> BITS] as Int32Array)[index & MASK] as number] as string;
  }

  private numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      this.texts.push(text);
      this.numbers.set(text, number);
    }
    return number;
  }
}

/** Fields hold numbers or texts, and the same in every row. */
export class ColumnTable<Row extends object> {
  length = 0;
  private readonly columns: [keyof Row, FieldColumn][] = [];

  add(row: Row): void {
    if (this.length === 0) {
      for (const field of Object.keys(row) as (keyof Row)[]) {
        this.columns.push([field, typeof row[field] === "number" ? new NumberColumn() : new TextColumn()]);
      }
    }
    for (const [field, column] of this.columns) column.set(this.length, row[field]);
    this.length++;
  }

  /** A new object each time. */
  at(index: number): Row {
    const row: Partial<Row> = {};
    for (const [field, column] of this.columns) row[field] = column.get(index) as Row[keyof Row];
    return row as Row;
  }

  /** All values of a field that holds numbers. */
  numbers(field: keyof Row): Float64Array {
    const values = new Float64Array(this.length);
    const column = this.columns.find(([name]) => name === field)?.[1];
    for (let index = 0; index < values.length; index++) values[index] = column?.get(index) as number;
    return values;
  }
}

/** Rows that are made when they are read, in a given order of numbers. */
export class LazyRows<Row> implements Rows<Row> {
  constructor(
    private readonly order: Uint32Array,
    private readonly make: (index: number) => Row,
  ) {}

  get length(): number {
    return this.order.length;
  }

  slice(from = 0, to = this.length): Row[] {
    return Array.from(this.order.subarray(from, to), this.make);
  }

  *[Symbol.iterator](): Iterator<Row> {
    for (const index of this.order) yield this.make(index);
  }
}

/** The numbers of all rows, sorted: by each of the columns in turn, then by number. */
export function orderBy(length: number, ...columns: readonly Float64Array[]): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  return order.sort((x, y) => {
    for (const column of columns) {
      const difference = (column[x] as number) - (column[y] as number);
      if (difference !== 0) return difference;
    }
    return x - y;
  });
}
