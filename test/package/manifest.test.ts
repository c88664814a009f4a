/** package.json: what users of the package can import, and that its types need no types of Node. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const CONSUMER = `
import { FIGURES, type Files, openScenario, Report, RESULT_FILES, type RunRecord, simulate } from "kubechurn";
const files: Files = { read: () => ({ ok: true, text: "" }), glob: () => [], list: () => [] };
const { scenario } = openScenario(files, { files: ["a.yaml"] }, new Report());
if (scenario !== null) {
  const run = simulate(scenario);
  while (run.advance(1_000));
  const record: RunRecord = run.finish();
  const texts: string[] = [...FIGURES.map(({ draw }) => draw(record)), ...RESULT_FILES.map(({ chunks }) => [...chunks(record)].join(""))];
  texts.join();
  // @ts-expect-error: the types are really there
  run.noSuchThing();
}
`;

test("every entry of package.json exists in what is published", () => {
  const { ".": main } = MANIFEST.exports;
  for (const path of [main.types, main.default, MANIFEST.types, MANIFEST.bin.kubechurn]) {
    expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    expect(MANIFEST.files).toContain(path.replace(/^\.\//, "").split("/")[0]);
  }
});

test("a strict TypeScript project without the types of Node or of a browser compiles against it", () => {
  const folder = mkdtempSync(join(tmpdir(), "kubechurn-consumer-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(ROOT, join(folder, "node_modules", "kubechurn"));
    writeFileSync(join(folder, "consumer.ts"), CONSUMER);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      module: "nodenext",
      target: "es2023",
      lib: ["es2023"],
      types: [],
    };
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
