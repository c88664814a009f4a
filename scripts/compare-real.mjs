/**
 * Simulates the lab of every recording in test/real/recordings/, prints the table of what was recorded and what is simulated,
 * writes it into docs/fidelity.md, and names what differs: that is the list in test/real/different.ts. About a minute.
 *   npm run compare:real
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs", "fidelity.md");
const temporary = mkdtempSync(join(tmpdir(), "kubechurn-real-"));

try {
  const bundle = await rolldown({ cwd: root, input: "test/real/page.ts", platform: "node" });
  const file = join(temporary, "page.mjs");
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  const { compareAll, withTable } = await import(pathToFileURL(file).href);
  const { lines, different } = compareAll((name) => readFileSync(join(root, "test/real/recordings", name), "utf8"));
  console.log(lines.join("\n"));
  console.log(`\n${different.length} figures differ${different.map((each) => `\n  "${each}",`).join("")}`);
  writeFileSync(page, withTable(readFileSync(page, "utf8"), lines));
} finally {
  rmSync(temporary, { recursive: true });
}
