/** What package.json says of this program, and where its files lie. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

export function version(): string {
  const value: unknown = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8"));
  return typeof value === "object" && value !== null && "version" in value ? String(value.version) : "unknown";
}

/** A file of the package, as a path from the working directory where it lies below that. */
export function packagedFile(path: string): string {
  const absolute = fileURLToPath(new URL(path, ROOT));
  const short = relative(process.cwd(), absolute);
  return short.startsWith("..") ? absolute : short;
}
