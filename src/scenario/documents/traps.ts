/**
 * Plain scalars that YAML 1.1 and YAML 1.2 read differently. kubectl reads manifests by the rules of 1.1 (goyaml.v2:
 * booleans yes/no/on/off/y/n, octal with a leading zero, underscores in numbers), kubechurn by those of 1.2.
 */
import { isAlias, isScalar, type Node, visit } from "yaml";

export type Trap = { readonly offset: number; readonly message: string; readonly hint: string };

const BOOLEAN = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/;
const TRUE = /^[yY]|^[oO][nN]/;

/** Finds the traps of one document in the order of the text. */
export function findTraps(contents: Node | null): Trap[] {
  const traps: Trap[] = [];
  if (contents === null) return traps;
  visit(contents, {
    Scalar(_, node) {
      if (node.type !== "PLAIN" || isAlias(node) || !isScalar(node)) return;
      const message = trapIn(node.source ?? "");
      if (message !== null) traps.push({ offset: node.range?.[0] ?? 0, message, hint: hintFor(node.source ?? "") });
    },
  });
  return traps;
}

function trapIn(source: string): string | null {
  if (BOOLEAN.test(source)) {
    return `"${source}" is the boolean ${TRUE.test(source)} for Kubernetes (YAML 1.1) and text here (YAML 1.2)`;
  }
  if (/^[-+]?0[0-7]+$/.test(source)) {
    const octal = Number.parseInt(source.replace(/^[-+]?0/, ""), 8) * (source.startsWith("-") ? -1 : 1);
    return `"${source}" is the octal number ${octal} for Kubernetes (YAML 1.1) and ${Number(source)} here (YAML 1.2)`;
  }
  if (/^[-+]?[1-9]\d*(_\d+)+$/.test(source)) {
    return `"${source}" is a number for Kubernetes (YAML 1.1) and text here (YAML 1.2)`;
  }
  if (/^[-+]?[1-9]?\d(:[0-5]?\d)+$/.test(source)) {
    return `"${source}" is a number to base 60 for some readers of YAML 1.1 and text here`;
  }
  return null;
}

function hintFor(source: string): string {
  if (BOOLEAN.test(source)) return `write ${TRUE.test(source)}, or "${source}" in quotes if text is meant`;
  return "put it in quotes if text is meant, or write the number in decimal";
}
