/**
 * From the syntax tree of one YAML document to plain values.
 *
 * The conversion is ours rather than the library's because of four things: mappings become objects without a prototype,
 * so that a key such as `__proto__` is data; expansion of aliases is counted; duplicate keys are found in linear time,
 * and the last one counts, as for kubectl; merge keys (`<<`) work, as they do in kubectl.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { LIMITS } from "../limits.js";
import { type DocumentPath, formatPath } from "./path.js";

/** Gets the offset in the text, the path, a message and a hint. */
export type Complain = (offset: number, path: string, message: string, hint: string) => void;

export type PlainObject = Readonly<Record<string, unknown>>;

/** What an alias stands for; aliases of unknown anchors are missing. */
export type Anchors = ReadonlyMap<Alias, Node>;

/** Text of a mapping's key; null when it is a collection. */
export function keyText(key: unknown, anchors: Anchors): string | null {
  const node = isAlias(key) ? anchors.get(key) : key;
  if (!isScalar(node)) return null;
  return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
}

/** A merge key: plain `<<`. In quotes it is an ordinary key. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

export function offsetOf(node: unknown): number | null {
  return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range ? node.range[0] : null;
}

/** Thrown within one conversion only: a limit was hit, going on would defeat it. */
class LimitReached extends Error {}

/** Hears of a key that stands in a mapping a second time: the last one counts. */
export type NoteDuplicate = (offset: number, path: string, key: string) => void;

/** Converts a document; undefined when it hit a limit, which was then complained about. */
export function toPlainValue(
  contents: Node | null,
  anchors: Anchors,
  complain: Complain,
  noteDuplicate: NoteDuplicate,
): unknown {
  try {
    return new Conversion(anchors, complain, noteDuplicate).convert(contents, []);
  } catch (error) {
    if (error instanceof LimitReached) return undefined;
    throw error;
  }
}

class Conversion {
  readonly #anchors: Anchors;
  readonly #complain: Complain;
  readonly #noteDuplicate: NoteDuplicate;
  /** Collections that are being converted: an alias to one of them contains itself. */
  readonly #open = new Set<Node>();
  #values = 0;
  #aliasedValues = 0;
  #withinAlias = 0;
  #offset = 0;

  constructor(anchors: Anchors, complain: Complain, noteDuplicate: NoteDuplicate) {
    this.#anchors = anchors;
    this.#complain = complain;
    this.#noteDuplicate = noteDuplicate;
  }

  convert(node: unknown, path: DocumentPath): unknown {
    this.#count(node, path);
    if (isAlias(node)) return this.#convertAlias(node, path);
    if (isScalar(node)) return node.value;
    if (!isMap(node) && !isSeq(node)) return null;
    this.#open.add(node);
    const value = isMap(node)
      ? this.#convertMap(node, path)
      : node.items.map((item, index) => this.convert(item, [...path, index]));
    this.#open.delete(node);
    return value;
  }

  #convertAlias(alias: Alias, path: DocumentPath): unknown {
    const target = this.#anchors.get(alias);
    if (target === undefined) {
      this.#complain(this.#offset, formatPath(path), `the alias *${alias.source} has no anchor before it`, "");
      return null;
    }
    if (this.#open.has(target)) {
      this.#complain(this.#offset, formatPath(path), "this alias stands for something that contains it", "");
      return null;
    }
    this.#withinAlias += 1;
    const value = this.convert(target, path);
    this.#withinAlias -= 1;
    return value;
  }

  #convertMap(map: YAMLMap, path: DocumentPath): PlainObject {
    const object: Record<string, unknown> = Object.create(null);
    const own = new Set<string>();
    for (const pair of map.items) {
      const text = keyText(pair.key, this.#anchors);
      const offset = offsetOf(pair.key) ?? this.#offset;
      if (text === null) {
        this.#complain(offset, formatPath(path), "a key must be text, not a list or a mapping", "");
      } else if (!isMergeKey(pair.key)) {
        if (own.has(text)) this.#noteDuplicate(offset, formatPath([...path, text]), text);
        own.add(text);
        object[text] = this.convert(pair.value, [...path, text]);
      }
    }
    for (const pair of map.items) if (isMergeKey(pair.key)) this.#merge(pair, object, path);
    return object;
  }

  /** What a merge key brings yields to what stands in the mapping itself, and to what earlier ones brought. */
  #merge(pair: Pair, object: Record<string, unknown>, path: DocumentPath): void {
    const merged = this.convert(pair.value, [...path, "<<"]);
    for (const source of Array.isArray(merged) ? merged : [merged]) {
      if (source === null) continue;
      if (!isPlainObject(source)) {
        const offset = offsetOf(pair.key) ?? this.#offset;
        this.#complain(offset, formatPath(path), "a merge key (<<) takes a mapping or a list of mappings", "");
        continue;
      }
      for (const key of Object.keys(source)) if (!(key in object)) object[key] = source[key];
    }
  }

  #count(node: unknown, path: DocumentPath): void {
    // Within an alias, its own place is more telling than that of what it stands for.
    if (this.#withinAlias === 0) this.#offset = offsetOf(node) ?? this.#offset;
    this.#values += 1;
    if (this.#withinAlias > 0) this.#aliasedValues += 1;
    if (this.#values > LIMITS.values) this.#stop(path, `more than ${LIMITS.values} values in one document`);
    if (this.#aliasedValues > LIMITS.aliasedValues) {
      this.#stop(path, `the aliases expand to more than ${LIMITS.aliasedValues} values`);
    }
    if (path.length > LIMITS.nesting) this.#stop(path.slice(0, 3), `nested deeper than ${LIMITS.nesting} levels`);
  }

  #stop(path: DocumentPath, message: string): never {
    this.#complain(this.#offset, formatPath(path), message, "this is a limit of kubechurn, see scenario/limits.ts");
    throw new LimitReached();
  }
}

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
