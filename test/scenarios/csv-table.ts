/** A reader of CSV text that owes nothing to src/: the recount must not share a mistake with the writer. */

/** One row, by column name. */
export type Row = Readonly<Record<string, string>>;

export function parseTable(text: string): Row[] {
  const [header = [], ...records] = parseRecords(text);
  return records.map((record) => {
    if (record.length !== header.length) throw new Error(`${record.length} fields, not ${header.length}`);
    return Object.fromEntries(header.map((name, index) => [name, record[index] as string]));
  });
}

function parseRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ",") {
      record.push(field);
      field = "";
    } else if (character === "\n") {
      records.push([...record, field]);
      record = [];
      field = "";
    } else field += character;
  }
  if (field !== "" || record.length > 0 || quoted) throw new Error("the text does not end with a line");
  return records;
}

/** A decimal text as a whole number of its last decimal: "1.500000" is 1500000. Null when empty. */
export function scaled(text: string, decimals: number): number | null {
  if (text === "") return null;
  const match = /^(-?)(\d+)\.(\d+)$/.exec(text);
  if (match === null || match[3]?.length !== decimals) throw new Error(`${text} has not ${decimals} decimals`);
  return Number(`${match[1]}${match[2]}${match[3]}`);
}
