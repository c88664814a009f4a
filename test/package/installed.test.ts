/** What `npm pack` makes, in a folder with nothing else: the command needs no other package, the library its dependencies. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "kubechurn-installed-"));
const installed = join(folder, "node_modules", "kubechurn");

function run(command: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  return { status, stdout, stderr };
}

const kubechurn = (words: readonly string[], environment = {}) =>
  run(process.execPath, [join(installed, MANIFEST.bin.kubechurn), ...words], environment);

beforeAll(() => {
  // Without scripts: the build that other tests are using stays as it is.
  const packed = spawnSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(packed.status).toBe(0);
  mkdirSync(installed, { recursive: true });
  expect(run("tar", ["-xzf", packed.stdout.trim(), "-C", installed, "--strip-components=1"]).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed command", () => {
  test("is a program that tells its version", () => {
    expect(readFileSync(join(installed, MANIFEST.bin.kubechurn), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(kubechurn(["--version"])).toEqual({ status: 0, stdout: `${MANIFEST.version}\n`, stderr: "" });
  });

  test("runs the packaged scenario on threads, without any dependency, to the committed results", () => {
    const { status, stderr } = kubechurn([
      "run",
      "node_modules/kubechurn/scenarios/rolling-update.yaml",
      "-q",
      "-j2",
      "-o",
      "out",
    ]);
    expect([stderr, status]).toEqual(["", 0]);
    for (const name of ["requests.csv", "events.csv", "failover.svg"]) {
      const committed = readFileSync(join(ROOT, "results/rolling-update", name), "utf8");
      expect([name, readFileSync(join(folder, "out", name), "utf8") === committed]).toEqual([name, true]);
    }
  });

  test("runs without a file name, prints its schema and verifies itself", () => {
    expect(kubechurn(["-h"]).status).toBe(0);
    expect(kubechurn(["schema"]).stdout).toBe(readFileSync(join(ROOT, "schema/scenario-v1alpha1.json"), "utf8"));
    const verified = kubechurn([
      "verify",
      "node_modules/kubechurn/scenarios/rolling-update.yaml",
      "--set",
      "duration=3s",
    ]);
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining("verified: rolling-update")]);
  });

  test("names the lines of its sources when an internal error is debugged", () => {
    writeFileSync(
      join(folder, "fail.mjs"),
      "Object.defineProperty(Array.prototype, 'flatMap', { get() { throw new Error('planted'); } });\n",
    );
    const words = ["--import", "./fail.mjs", join(installed, MANIFEST.bin.kubechurn), "validate", "a.yaml"];
    const { status, stderr } = run(process.execPath, words, { KUBECHURN_DEBUG: "1" });
    expect([status, stderr.split("\n")[0]]).toEqual([1, "internal error: planted; this is a bug, please report it"]);
    expect(stderr).toMatch(/kubechurn\/src\/[\w/-]+\.ts:\d+:\d+/);
  });

  test("carries the terms of what is bundled", () => {
    const terms = readFileSync(join(installed, "dist/cli/licenses.txt"), "utf8");
    for (const [name, version] of Object.entries(MANIFEST.dependencies))
      expect(terms).toContain(`${name} ${version} (`);
  });
});

test("the packed library is imported with its dependencies, and brings no test or source along", () => {
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!existsSync(join(folder, "node_modules", name)))
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
  const code =
    'import { simulate } from "kubechurn"; import("kubechurn/schema/scenario-v1alpha1.json", { with: { type: "json" } }).then(() => console.log(typeof simulate));';
  expect(run(process.execPath, ["--no-warnings", "--input-type=module", "-e", code])).toEqual({
    status: 0,
    stdout: "function\n",
    stderr: "",
  });
  expect(readdirSync(installed).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist",
    "package.json",
    "scenarios",
    "schema",
  ]);
});
