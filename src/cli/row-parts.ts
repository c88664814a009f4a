/** Rows of several runs that end in any order, put together in the order of the runs. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { giveWay } from "./interrupt.js";

const PIECE = 1 << 22;

/** Each run writes into a folder of its own; when its turn has come, its files are appended to those of the runs before it. */
export class RowParts {
  readonly #complete = new Set<number>();
  #next = 0;
  #appending: Promise<void> = Promise.resolve();

  /** `folder` is where all rows go in the end, those of the runs 0 to `runs` − 1. */
  constructor(
    private readonly folder: string,
    private readonly runs: number,
  ) {}

  /** Makes the folder into which `run` writes; null for a run whose rows are not wanted. */
  open(run: number): string | null {
    if (run >= this.runs) return null;
    const part = this.#partOf(run);
    mkdirSync(part);
    return part;
  }

  /** `run` has written all its files. */
  complete(run: number): void {
    if (run >= this.runs) return;
    this.#complete.add(run);
    for (; this.#complete.delete(this.#next); this.#next++) {
      const part = this.#partOf(this.#next);
      this.#appending = this.#appending.then(() => append(part, this.folder));
      // Whoever waits for the rows is told; until then nobody listens.
      this.#appending.catch(() => undefined);
    }
  }

  /** Resolves when the rows of all completed runs stand in their place. */
  settled(): Promise<void> {
    return this.#appending;
  }

  #partOf(run: number): string {
    return join(this.folder, `.run-${run}`);
  }
}

async function append(part: string, folder: string): Promise<void> {
  for (const name of readdirSync(part)) {
    const [from, to] = [join(part, name), join(folder, name)];
    if (existsSync(to)) await appendFile(from, to);
    else renameSync(from, to);
  }
  rmSync(part, { recursive: true });
}

async function appendFile(from: string, to: string): Promise<void> {
  const [source, target] = [openSync(from, "r"), openSync(to, "a")];
  try {
    const piece = new Uint8Array(PIECE);
    for (let length = readSync(source, piece); length > 0; length = readSync(source, piece)) {
      writeSync(target, piece, 0, length);
      await giveWay();
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}
