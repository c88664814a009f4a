/**
 * Randomness, keyed by names.
 *
 * A draw that belongs to a thing is a stateless hash of (key, index), where the key stands for an entity and a purpose
 * ("Node/node-3", "watch EndpointSlice"): it has no state, can be asked in any order, and adding an entity or changing
 * a setting shifts no other draw. `seedrandom.alea` turns the seed into key material and serves the few long-lived
 * streams. No draw is shared between purposes.
 */
import seedrandom from "seedrandom";

/** Key material of one (entity, purpose). Make it once, keep it. */
export interface Key {
  readonly a: number;
  readonly b: number;
}

const SCALE = 1 / 4294967296;

/** Finaliser of murmur3: every input bit changes every output bit with probability one half. */
function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 32 uniform bits of (key, index); index is an integer below 2^53. */
export function bits(key: Key, index: number): number {
  const low = index | 0;
  const high = (index * SCALE) | 0;
  const h = mix(key.a ^ Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x632be5ab));
  return mix((h + Math.imul(low, 0x27d4eb2f) + key.b) | 0) >>> 0;
}

/** A uniform draw strictly between 0 and 1, on a grid of 2^32 points. */
export function uniform(key: Key, index: number): number {
  return (bits(key, index) + 0.5) * SCALE;
}

/** 32 bits of a text (FNV-1a), for draws and names that belong to it; the same for every seed. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

export class Random {
  private readonly seed: string;
  private readonly root: Key;

  /** `seed` is the scenario's seed as text: 42 and "42" are the same seed. `run` numbers repetitions (substreams). */
  constructor(seed: string, run = 0) {
    this.seed = run === 0 ? seed : `${seed}/run/${run}`;
    const material = seedrandom.alea(this.seed);
    material.int32(); // the first draw of alea is visibly correlated between similar seeds
    this.root = { a: material.int32(), b: material.int32() };
  }

  /** The key of an entity's draws for one purpose. Entity names are stable: `kind/namespace/name`. */
  key(entity: string, purpose: string): Key {
    let { a, b } = this.root;
    const text = `${entity}\u0000${purpose}`;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = mix(a ^ Math.imul(code + 1, 0x9e3779b1));
      b = mix((b + Math.imul(code + 1, 0x85ebca77)) ^ a);
    }
    return { a, b };
  }

  /** A long-lived stream of uniforms in [0, 1) with 53 bits, for processes that have no natural index. */
  stream(name: string): () => number {
    const stream = seedrandom.alea(`${this.seed}/stream/${name}`);
    stream.int32();
    return () => stream.double();
  }
}
