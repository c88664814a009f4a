import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv } from "../../../src/report/csv/read-csv.js";

const FIELD = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.stringMatching(/^[",\r\n a]{0,6}$/),
  fc.string({ unit: "binary", maxLength: 4 }),
);

describe("readCsv", () => {
  test.each([
    ["", []],
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,\n,\n",
      [
        ["a", ""],
        ["", ""],
      ],
    ],
    ["a,", [["a", ""]]],
    ['"a ""b"", c","\n"\n', [['a "b", c', "\n"]]],
    ['"",x\n', [["", "x"]]],
    ["\n", [[""]]],
    ["a\n,b\n", [["a"], ["", "b"]]],
  ])("%j", (text, records) => {
    expect([...readCsv(text)]).toEqual(records);
  });

  test("reads back what csv-stringify writes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(FIELD, { minLength: 2, maxLength: 4 }), { maxLength: 6 }), (records) => {
        expect([...readCsv(stringify(records, { quote_record_delimiter: true }))]).toEqual(records);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("names the broken record", () => {
    expect(() => [...readCsv('a\n"b\n')]).toThrow("record 2: a quoted field does not end");
    expect(() => [...readCsv('a\n"b"c\n')]).toThrow("record 2: text behind a closing quote");
  });
});
