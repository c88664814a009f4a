/** The commit that all benches compare with, built in a side folder. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { ROOT } from "./measure.js";

/** The last commit before the work on speed began. */
export const BASELINE = "b80a1c1";

const FOLDER = `${ROOT}dist-bench/${BASELINE}`;

/**
 * A folder with the built baseline: the one that follows `--beside` on the command line, or else an own one, which is made
 * at the first call and kept.
 */
export function baselineFolder(argv: readonly string[]): string {
  const at = argv.indexOf("--beside");
  if (at >= 0) return given(argv[at + 1]);
  if (!existsSync(FOLDER)) build();
  return FOLDER;
}

function given(folder: string | undefined): string {
  if (folder !== undefined && existsSync(`${folder}/dist/index.js`)) return folder;
  console.error(`--beside needs a folder with a built clone; there is no ${folder ?? ""}/dist/index.js`);
  process.exit(2);
}

function build(): void {
  if (!isPresent()) {
    console.error(
      `the benches compare with commit ${BASELINE}, which this clone does not have.\n` +
        "In a shallow clone, fetch the rest with: git fetch --unshallow\n" +
        "Without the repository, name a built copy of that commit: --beside FOLDER",
    );
    process.exit(2);
  }
  console.error(`building ${BASELINE} in dist-bench/, once …`);
  const unfinished = `${FOLDER}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const files = execFileSync("git", ["archive", "--format=tar", BASELINE], { cwd: ROOT, maxBuffer: 1 << 30 });
  execFileSync("tar", ["-x", "-C", unfinished], { input: files });
  execFileSync("npm", ["ci", "--silent"], { cwd: unfinished, stdio: "inherit" });
  execFileSync("npm", ["run", "--silent", "build"], { cwd: unfinished, stdio: "inherit" });
  renameSync(unfinished, FOLDER);
}

function isPresent(): boolean {
  try {
    execFileSync("git", ["cat-file", "-e", `${BASELINE}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
