/** The delays of the hold model: exponential with a mean of a second, the same for all engines. */
import { moduleOf } from "./program.js";

export const MASK = (1 << 16) - 1;

export async function drawDelays(): Promise<readonly number[]> {
  const { Random, uniform } = await moduleOf<typeof import("../../src/engine/random.js")>("engine/random.js");
  const { compile } = await moduleOf<typeof import("../../src/engine/distribution.js")>("engine/distribution.js");
  const key = new Random("bench").key("bench", "hold");
  const { quantile } = compile({ kind: "exponential", mean: 1_000_000 });
  return Array.from({ length: MASK + 1 }, (_, index) => quantile(uniform(key, index)));
}
