import type { Case } from "../case.js";

/** Every case `runs` times, the repetitions of one after another. */
export function repeated(cases: readonly Pick<Case, "label" | "scenario">[], runs: number): Case[] {
  return cases.flatMap(({ label, scenario }) => Array.from({ length: runs }, (_, run) => ({ label, scenario, run })));
}
