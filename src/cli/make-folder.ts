/** Makes a folder and those above it. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Like `mkdirSync` with `recursive`, which in Node 20 never returns where a file system refuses new folders with ENOENT
 * (below /proc, for one). Throws the first error of the file system.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path);
}
