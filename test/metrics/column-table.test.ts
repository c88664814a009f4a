import { describe, expect, test } from "vitest";
import { ColumnTable, LazyRows, orderBy } from "../../src/metrics/column-table.js";

interface Row {
  readonly name: string;
  readonly count: number;
}

function tableOf(rows: readonly Row[]): ColumnTable<Row> {
  const table = new ColumnTable<Row>();
  for (const row of rows) table.add(row);
  return table;
}

describe("a table of columns", () => {
  test("gives back the rows that were put in, over the limits of its chunks", () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ name: `n${index % 7}`, count: index / 3 }));
    const table = tableOf(rows);
    expect(table.length).toBe(10_000);
    expect(rows.every((row, index) => table.at(index).name === row.name && table.at(index).count === row.count)).toBe(
      true,
    );
    expect(table.at(4_096)).toEqual(rows[4_096]);
    expect([...table.numbers("count")]).toEqual(rows.map(({ count }) => count));
  });

  test("keeps what is no number as such, and texts that are empty", () => {
    const rows = [
      { name: "", count: Number.NaN },
      { name: "x", count: Number.POSITIVE_INFINITY },
      { name: "", count: -1 },
    ];
    const table = tableOf(rows);
    expect(rows.map((_, index) => table.at(index))).toEqual(rows);
  });

  test("without rows has nothing to sort by", () => {
    expect([...tableOf([]).numbers("count")]).toEqual([]);
  });
});

describe("rows that are made when they are read", () => {
  const table = tableOf([
    { name: "c", count: 2 },
    { name: "a", count: 1 },
    { name: "b", count: 1 },
    { name: "d", count: 0 },
  ]);
  const order = orderBy(table.length, table.numbers("count"));
  const rows = new LazyRows(order, (index) => table.at(index));

  test("stand in the order of their columns, and of their numbers where these are equal", () => {
    expect([...rows].map(({ name }) => name)).toEqual(["d", "a", "b", "c"]);
    expect([...orderBy(3, Float64Array.of(1, 1, 0), Float64Array.of(5, 4, 9))]).toEqual([2, 1, 0]);
  });

  test("are cut as arrays are", () => {
    expect(rows.length).toBe(4);
    expect(rows.slice(1, 3).map(({ name }) => name)).toEqual(["a", "b"]);
    expect(rows.slice(3, 99).map(({ name }) => name)).toEqual(["c"]);
    expect(rows.slice()).toEqual([...rows]);
  });
});
