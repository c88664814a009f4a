/** The files that a scenario is read from: the only place where input comes in. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../scenario/limits.js";
import { type Files, type FileText, STDIN } from "../scenario/load.js";
import { type FolderEntry, globFiles } from "./glob.js";

/** A character takes at most three bytes for each of its UTF-16 units, which the loader counts. */
const MOST_BYTES = 3 * LIMITS.fileCharacters;
const PIECE = 1 << 20;
const STDIN_DESCRIPTOR = 0;

export class DiskFiles implements Files {
  readonly #hashes = new Map<string, string>();

  read(path: string): FileText {
    try {
      const bytes = path === "-" ? readBytes(STDIN_DESCRIPTOR) : readFile(path);
      if (bytes === null) return { ok: false, reason: "too large" };
      this.#hashes.set(path === "-" ? STDIN : path, createHash("sha256").update(bytes).digest("hex"));
      return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    } catch (error) {
      return { ok: false, reason: reasonOf(error) };
    }
  }

  glob(pattern: string, relativeTo: string): readonly string[] {
    const slash = relativeTo.lastIndexOf("/");
    const path = pattern.startsWith("/") ? pattern : relativeTo.slice(0, slash + 1) + pattern;
    return existsSync(path) ? [path] : globFiles(path, entriesOf);
  }

  list(directory: string): readonly string[] {
    const prefix = directory.endsWith("/") ? directory : `${directory}/`;
    return entriesOf(prefix)
      .filter(({ name, kind }) => kind === "file" && /^[^.].*\.(ya?ml|json)$/i.test(name))
      .map(({ name }) => prefix + name);
  }

  /** SHA-256 of the bytes of a file that was read, in hexadecimal; `name` as in the loader's inputs. */
  sha256(name: string): string {
    return this.#hashes.get(name) ?? "";
  }
}

function readFile(path: string): Buffer | null {
  const descriptor = openSync(path, "r");
  try {
    return readBytes(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** All bytes, in pieces: a pipe or a device has no size to ask for. Null beyond the limit. */
function readBytes(descriptor: number): Buffer | null {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE);
    const length = readPiece(descriptor, piece);
    if (length === 0) return Buffer.concat(pieces, total);
    total += length;
    if (total > MOST_BYTES) return null;
    pieces.push(piece.subarray(0, length));
  }
}

/** A pipe that does not block says EAGAIN while its writer is still busy. */
function readPiece(descriptor: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, piece, 0, PIECE, null);
    } catch (error) {
      const code = codeOf(error);
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function reasonOf(error: unknown): "missing" | "directory" | "unreadable" | "not UTF-8" {
  const code = codeOf(error);
  if (code === "EISDIR") return "directory";
  if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"].includes(code)) return "missing";
  return code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "not UTF-8" : "unreadable";
}

/** In the order of code units; links to files count as files, links to folders are not followed. */
function entriesOf(folder: string): FolderEntry[] {
  try {
    return readdirSync(folder === "" ? "." : folder, { withFileTypes: true })
      .sort((x, y) => (x.name < y.name ? -1 : 1))
      .flatMap((entry): FolderEntry[] => {
        if (entry.isDirectory()) return [{ name: entry.name, kind: "folder" }];
        if (entry.isFile()) return [{ name: entry.name, kind: "file" }];
        return isFile(join(folder, entry.name)) ? [{ name: entry.name, kind: "file" }] : [];
      });
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
