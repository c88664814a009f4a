/**
 * What a CSV file consists of: columns, each with the way its value is written and read back. Every number has a fixed
 * count of decimals: seconds 6 and milliseconds 3 (both exact to the microsecond), ratios 6, counts none. What does not
 * apply (NaN, an infinity, no fact, no address) is an empty field.
 */
import { formatAddress, parseAddress } from "../../model/address.js";
import { formatObserver, type Observer, parseObserver } from "../../model/observation.js";
import { fixedDecimal, parseFixedDecimal } from "../fixed-decimal.js";

/** How one sort of value is written and read. */
export interface Format<V> {
  readonly write: (value: V) => string;
  readonly read: (text: string) => V;
}

export interface Column<Row> {
  readonly name: string;
  readonly write: (row: Row) => string;
  /** Where a reader puts the value; null for columns that follow from others. */
  readonly field: keyof Row | null;
  readonly read: (text: string) => unknown;
  /** The value of rows in files that were written before there was the column; undefined when readers need it. */
  readonly absent: unknown;
}

export type CsvTable<Row> = readonly Column<Row>[];

const MICRO_DIGITS = 6;
const MILLI_DIGITS = 3;
const RATIO_SCALE = 1_000_000;

/** Microseconds as seconds with 6 decimals. */
export const SECONDS: Format<number> = {
  write: (micros) => fixedDecimal(micros, MICRO_DIGITS),
  read: (text) => parseFixedDecimal(text, MICRO_DIGITS),
};

/** Microseconds as milliseconds with 3 decimals. */
export const MILLISECONDS: Format<number> = {
  write: (micros) => fixedDecimal(micros, MILLI_DIGITS),
  read: (text) => parseFixedDecimal(text, MILLI_DIGITS),
};

/** A number between 0 and 1 with 6 decimals, rounded to nearest. */
export const RATIO: Format<number> = {
  write: (ratio) => fixedDecimal(ratio * RATIO_SCALE, MICRO_DIGITS),
  read: (text) => parseFixedDecimal(text, MICRO_DIGITS) / RATIO_SCALE,
};

export const COUNT: Format<number> = {
  write: (count) => fixedDecimal(count, 0),
  read: (text) => parseFixedDecimal(text, 0),
};

export const TEXT: Format<string> = { write: (text) => text, read: (text) => text };

export const BOOLEAN: Format<boolean> = {
  write: (value) => (value ? "true" : "false"),
  read: (text) => text === "true",
};

/** A fact's id; −1 (none) is empty. */
export const FACT: Format<number> = {
  write: (fact) => (fact >= 0 ? fixedDecimal(fact, 0) : ""),
  read: (text) => (text === "" ? -1 : parseFixedDecimal(text, 0)),
};

/** An IPv4 address, dotted; 0 (none) is empty. */
export const ADDRESS: Format<number> = {
  write: (address) => (address > 0 ? formatAddress(address) : ""),
  read: (text) => parseAddress(text) ?? 0,
};

/** An observer of endpoints: "api", "node/node-1", …; a text that names none was not written by us. */
export const OBSERVER: Format<Observer> = {
  write: formatObserver,
  read: (text) => {
    const observer = parseObserver(text);
    if (observer === null) throw new Error(`${text} is no observer of endpoints: run the scenario again`);
    return observer;
  },
};

/**
 * A column that holds a field of the row. `absent`: what it would have held in files that were written without it; without
 * that, such a file cannot be read.
 */
export function column<Row, K extends keyof Row>(
  name: string,
  field: K,
  format: Format<Row[K]>,
  { absent }: { readonly absent?: Row[K] } = {},
): Column<Row> {
  return { name, field, write: (row) => format.write(row[field]), read: format.read, absent };
}

/** A column that follows from other fields; readers skip it. */
export function derived<Row, V>(name: string, format: Format<V>, value: (row: Row) => V): Column<Row> {
  return { name, field: null, write: (row) => format.write(value(row)), read: format.read, absent: undefined };
}
