/** The guesses that a run rests on, a line each with the path that changes it. */
import type { AssumptionInUse } from "../model/scenario.js";
import { printable } from "./printable.js";
import { wrap } from "./wrap.js";

/** `count`: guesses that the user has not replaced. The last line tells how many other defaults stand beside them. */
export function assumptionLines(
  assumptions: readonly AssumptionInUse[],
  width: number,
  indent: string,
): { readonly count: number; readonly lines: readonly string[] } {
  const guesses = assumptions.filter((row) => row.isDefault && row.status === "assumed" && row.path !== "");
  const others = assumptions.filter((row) => row.isDefault).length - guesses.length;
  const lines = guesses.flatMap(({ set, what, value }) =>
    wrap(printable(`${set}  ${value} (${what})`), width, indent, `${indent}    `),
  );
  if (others <= 0) return { count: guesses.length, lines };
  const are = others === 1 ? "1 default that is" : `${others} defaults that are`;
  return {
    count: guesses.length,
    lines: [...lines, `${indent}and ${are} fixed, read or measured: see summary.json`],
  };
}
