import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RowParts } from "../../src/cli/row-parts.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kubechurn-rows-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs end in this order, each after it has written its number; what stands in the file each time. */
async function completed(parts: RowParts, order: readonly number[]): Promise<string[]> {
  const texts: string[] = [];
  for (const run of order) {
    parts.complete(run);
    await parts.settled();
    texts.push(readdirSync(folder).includes("rows.csv") ? readFileSync(join(folder, "rows.csv"), "utf8") : "");
  }
  return texts;
}

function opened(runs: number): RowParts {
  const parts = new RowParts(folder, runs);
  for (let run = 0; run < runs; run++) writeFileSync(join(parts.open(run)!, "rows.csv"), `${run}\n`);
  return parts;
}

test("rows stand in the order of the runs, in whichever these end", async () => {
  expect(await completed(opened(4), [2, 0, 3, 1])).toEqual(["", "0\n", "0\n", "0\n1\n2\n3\n"]);
  expect(readdirSync(folder)).toEqual(["rows.csv"]);
});

test("a run whose rows are not wanted has no folder, and holds nobody up", async () => {
  const parts = opened(2);
  expect(parts.open(2)).toBeNull();
  expect(await completed(parts, [2, 1, 0])).toEqual(["", "", "0\n1\n"]);
});

test("a part that cannot be appended is told to whoever waits", async () => {
  const parts = opened(2);
  rmSync(join(folder, ".run-0"), { recursive: true });
  await expect(completed(parts, [0])).rejects.toThrow(".run-0");
});
