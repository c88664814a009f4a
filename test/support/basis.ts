import type { Basis } from "../../src/model/flow.js";

/** What the rules of node-0 were made from, or those of another place. */
export function buildBasis(change: Partial<Basis> = {}): Basis {
  return { source: "rules", holder: "node-0", fact: 4, syncedAt: 0, committedAt: 0, ...change };
}
