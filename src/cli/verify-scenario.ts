/** `kubechurn verify`: the same scenario in fresh processes must give the same bytes. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RESULT_FILES } from "../report/csv/result-files.js";
import { printable } from "../report/printable.js";
import { firstDifference } from "./compare-results.js";
import { AlreadyReported, CommandError, EXIT } from "./exit.js";
import { type InputOptions, inputArguments } from "./input-options.js";
import { interruptible } from "./interrupt.js";
import { readResult, resultScenario } from "./read-results.js";
import type { Terminal } from "./terminal.js";

export interface VerifyOptions extends InputOptions {
  readonly runs: number;
  readonly against?: string;
  readonly node?: string;
}

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const STDIN_DESCRIPTOR = 0;

export async function verifyScenario(
  files: readonly string[],
  options: VerifyOptions,
  terminal: Terminal,
): Promise<void> {
  const { against } = options;
  if (against !== undefined) resultScenario(against);
  const input = [...files, ...options.file].includes("-") ? readFileSync(STDIN_DESCRIPTOR) : null;
  const folder = mkdtempSync(join(tmpdir(), "kubechurn-verify-"));
  const signals = interruptible();
  const running = new Set<ReturnType<typeof spawn>>();
  signals.onInterrupt(() => {
    for (const child of running) child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (output: string, node: string): Promise<ChildEnd> => {
    const words = ["run", "-q", "--force", "--no-variants", "-o", output, `--runs=${options.runs}`];
    const child = spawn(node, [MAIN, ...words, ...inputArguments(options), "--", ...files], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    running.add(child);
    return childEnd(child, input).finally(() => running.delete(child));
  };
  try {
    const [one, other] = [against ?? join(folder, "first"), join(folder, "second")];
    const ends = await Promise.all([
      ...(against === undefined ? [run(one, process.execPath)] : []),
      run(other, options.node ?? process.execPath),
    ]);
    const failed = ends.find(({ code }) => code !== EXIT.done);
    if (failed !== undefined) {
      terminal.err(failed.errors);
      throw new AlreadyReported(failed.code);
    }
    tellDifference(one, other, against ?? null, terminal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    signals.release();
  }
}

interface ChildEnd {
  readonly code: number;
  readonly errors: string;
}

function childEnd(child: ReturnType<typeof spawn>, input: Buffer | null): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const errors: Buffer[] = [];
    child.stderr?.on("data", (piece: Buffer) => void errors.push(piece));
    // A process that ends before it has read its input is told by its exit code.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
    child.on("error", (error) => reject(new CommandError(`cannot start a process: ${error.message}`)));
    child.on("close", (code, signal) => {
      const told = Buffer.concat(errors).toString();
      resolve({ code: code ?? EXIT.different, errors: signal === null ? told : `${told}ended by ${signal}\n` });
    });
  });
}

function tellDifference(one: string, other: string, against: string | null, terminal: Terminal): void {
  const scenario = printable(resultScenario(other));
  const prints = [fingerprintOf(one), fingerprintOf(other)] as const;
  const difference = firstDifference(one, other);
  const runs = against === null ? "two runs in fresh processes" : `${against} and a run in a fresh process`;
  if (difference === null && prints[0] === prints[1]) {
    const files = `${RESULT_FILES.length} CSV files equal`;
    terminal.out(`verified: ${scenario}, ${runs}: fingerprint ${prints[0]}, ${files}\n`);
    return;
  }
  terminal.out(`different: ${scenario}, ${runs}: fingerprints ${prints[0]} / ${prints[1]}\n`);
  for (const line of difference ?? ["the CSV files are equal"]) terminal.out(`${line}\n`);
  throw new AlreadyReported(EXIT.different);
}

function fingerprintOf(directory: string): string {
  const summary: unknown = JSON.parse(readResult(directory, "summary.json").text);
  return typeof summary === "object" && summary !== null && "fingerprint" in summary
    ? String(summary.fingerprint)
    : "none";
}
