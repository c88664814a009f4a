/** Which files `import` means (Caddy v1 caddyfile/parse.go doImport): paths count from the folder of the Corefile. */
import type { CorefileFiles } from "./corefile.js";

/** Where CoreDNS finds its Corefile in a cluster, and with it all keys of the ConfigMap. */
export const COREFILE_FOLDER = "/etc/coredns/";

/** Whether an argument of import can only be a file: names of snippets look otherwise. */
export function isFileName(name: string): boolean {
  return /[*?/.[\]]/.test(name);
}

/** In the order of their paths. A pattern has one "*", which stands for anything but a slash. */
export function filesMatching(name: string, files: CorefileFiles): readonly string[] {
  if (name === "") return [];
  const path = absolutePath(name);
  const [start = "", end, ...more] = path.split("*");
  if (end === undefined) return Object.hasOwn(files, path) ? [path] : [];
  if (more.length > 0) return [];
  return Object.keys(files)
    .filter((each) => each.length >= start.length + end.length && each.startsWith(start) && each.endsWith(end))
    .filter((each) => !each.slice(start.length, each.length - end.length).includes("/"))
    .sort((x, y) => (x < y ? -1 : 1));
}

export function absolutePath(name: string): string {
  return name.startsWith("/") ? name : COREFILE_FOLDER + name;
}
