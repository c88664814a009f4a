/** A scenario as far as it does not depend on where its entries stand in the document. */
import type { Scenario } from "../../src/model/scenario.js";

export function withoutIndices({ assumptions, ...scenario }: Scenario): object {
  return { ...scenario, assumptions: assumptions.map(({ set: _, ...row }) => row) };
}
