/** Finds where in the text of a document a path leads. */
import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { DocumentPath } from "./path.js";
import { type Anchors, isMergeKey, keyText, offsetOf } from "./value.js";

export interface Position {
  /** Offset of the key; of the item itself within a list; of the document's start for the empty path. */
  readonly key: number;
  /** Offset of the value; for a collection in block style and for an empty value, that of its key. */
  readonly value: number;
}

/** Position of the value at `path`, or of the nearest value around it that exists. */
export function findPosition(contents: Node | null, anchors: Anchors, path: DocumentPath): Position {
  const start = offsetOf(contents) ?? 0;
  let position: Position = { key: start, value: start };
  let node: unknown = contents;
  for (const step of path) {
    const next = child(resolveAlias(node, anchors), step, anchors);
    if (next === null) break;
    node = next.value;
    const key = offsetOf(next.key) ?? position.key;
    position = { key, value: isEmptyOrBlock(node) ? key : (offsetOf(node) ?? key) };
  }
  return position;
}

interface Child {
  readonly key: unknown;
  readonly value: unknown;
}

function child(node: unknown, step: PropertyKey, anchors: Anchors): Child | null {
  if (isSeq(node)) {
    const item = typeof step === "number" ? node.items[step] : undefined;
    return item === undefined ? null : { key: item, value: item };
  }
  return isMap(node) ? entry(node, String(step), anchors, 0) : null;
}

function entry(map: YAMLMap, key: string, anchors: Anchors, depth: number): Child | null {
  // Of a key that stands twice, the last one counts.
  const own = map.items.findLast((pair) => !isMergeKey(pair.key) && keyText(pair.key, anchors) === key);
  if (own !== undefined) return own;
  if (depth > 8) return null;
  for (const pair of map.items) {
    if (!isMergeKey(pair.key)) continue;
    const merged = resolveAlias(pair.value, anchors);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const target = resolveAlias(source, anchors);
      const found = isMap(target) ? entry(target, key, anchors, depth + 1) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function resolveAlias(node: unknown, anchors: Anchors): unknown {
  return isAlias(node) ? anchors.get(node) : node;
}

function isEmptyOrBlock(node: unknown): boolean {
  if (isScalar(node)) return node.source === "" && node.type === "PLAIN";
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/**
 * Offset in `source` of a place within a text, whose scalar begins at `start`. Exact for a literal block (`|`), and for a
 * text of one line that holds no escapes; otherwise that of the scalar: folding and escapes move the rest about.
 */
export function offsetWithin(source: string, start: number, text: string, line: number, column: number): number {
  const wanted = text.split("\n")[line - 1];
  if (wanted === undefined) return start;
  if (source[start] === "|") {
    let offset = start;
    for (let lines = 0; lines < line; lines++) {
      const end = source.indexOf("\n", offset);
      if (end < 0) return start;
      offset = end + 1;
    }
    const end = source.indexOf("\n", offset);
    const written = source.slice(offset, end < 0 ? source.length : end).replace(/\r$/, "");
    return written.endsWith(wanted) ? offset + written.length - wanted.length + column - 1 : start;
  }
  const first = source[start] === '"' || source[start] === "'" ? start + 1 : start;
  return line === 1 && source.startsWith(wanted, first) ? first + column - 1 : start;
}
