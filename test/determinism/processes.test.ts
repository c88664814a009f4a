/** Two fresh processes that run the compiled program give the same bytes. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { csvTexts, open, run, shippedText } from "../support/open.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Prints the digest of each CSV file of a run, by the compiled code alone. */
const PROGRAM = `
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
const { openScenario } = await import("./dist/scenario/open.js");
const { Report } = await import("./dist/scenario/diagnostic.js");
const { simulate } = await import("./dist/simulate.js");
const { RESULT_FILES } = await import("./dist/report/csv/result-files.js");
const read = (path) => ({ ok: true, text: readFileSync(path, "utf8") });
const given = { files: ["scenarios/node-crash.yaml"], set: ["duration=70s", "sampling.requests=all"] };
const { scenario } = openScenario({ read, glob: () => [], list: () => [] }, given, new Report());
const run = simulate(scenario);
while (run.advance(10_000));
const record = run.finish();
const digest = (text) => createHash("sha256").update(text).digest("hex");
const digests = RESULT_FILES.map(({ name, chunks }) => [name, digest([...chunks(record)].join(""))]);
console.log(JSON.stringify([["fingerprint", record.fingerprint], ...digests]));
`;

async function digests(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", PROGRAM], {
    cwd: ROOT,
    env: {},
  });
  return stdout;
}

test("two processes and this one agree on every byte", async () => {
  expect(existsSync(join(ROOT, "dist/simulate.js")), "npm run build comes before the tests").toBe(true);
  const [first, second] = await Promise.all([digests(), digests()]);
  expect(first).toBe(second);
  const record = run(open(shippedText("node-crash"), { set: ["duration=70s", "sampling.requests=all"] }));
  const here = Object.entries(csvTexts(record)).map(([name, text]) => [
    name,
    createHash("sha256").update(text).digest("hex"),
  ]);
  expect(JSON.parse(first), "dist must be of this source: npm run build").toEqual([
    ["fingerprint", record.fingerprint],
    ...here,
  ]);
});
