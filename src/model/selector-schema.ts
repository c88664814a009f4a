/** Selectors: one shape wherever a scenario means pods, and the modes in which some of them are taken. */
import * as z from "zod";
import type { Selection } from "./scenario.js";
import { strictObject } from "./strict-object.js";
import { NAMED_WORKLOADS, type WorkloadName, workloadNoun } from "./workload.js";

export const namespaceName = z.string().min(1);

/** The kinds of workloads that a scenario can name. */
export const workloadKinds = z.enum(NAMED_WORKLOADS.map(({ kind }) => kind) as [WorkloadName, ...WorkloadName[]]);

export const workloadReference = strictObject({
  kind: workloadKinds.describe(`Only ${workloadNoun("plural")} can be named; pods of others are selected by labels.`),
  name: z.string().min(1).describe(`Name of the ${workloadNoun()}.`),
  namespace: namespaceName.optional().describe("Its namespace; by default the one where the name is found."),
});

export const labelReference = strictObject({
  matchLabels: z.record(z.string(), z.string()).describe("Labels that the pods have; all of them must match."),
  namespace: namespaceName.prefault("default").describe("Namespace of the pods."),
});

/** Pods by their workload, or by labels within a namespace. */
export const podReference = z.union([workloadReference, labelReference]);

/** A workload by name; without a kind, one of any. */
export interface WorkloadSpec {
  readonly kind?: WorkloadName | undefined;
  readonly name: string;
  readonly namespace?: string | undefined;
}

export type PodReference = WorkloadSpec | z.output<typeof labelReference>;

const MODES = ["one", "all", "fixed", "fixed-percent", "random-max-percent"] as const;

/** `mode` and `value`, to be spread into an object. */
export const selectionFields = {
  mode: z
    .enum(MODES, { error: () => `the mode is one of ${MODES.join(", ")}` })
    .prefault("one")
    .describe("How many of the candidates are taken, as in Chaos Mesh."),
  value: z
    .union([
      z.int().min(0),
      z.string().regex(/^\d+(\.\d+)?%?$/, { error: () => 'expected a percentage such as "25%"' }),
    ])
    .optional()
    .describe("A count for the mode fixed, a percentage for the percent modes."),
};

type SelectionText = { mode: Selection["mode"]; value?: number | string | undefined };

/** The fields of a selection. */
export function writeSelection({ mode, value }: Selection): SelectionText {
  if (mode === "one" || mode === "all") return { mode };
  return { mode, value: mode === "fixed" ? value : `${value}%` };
}

/** Complains when mode and value do not fit. */
export function selectionOf({ mode, value }: SelectionText, complain: (message: string) => void): Selection {
  if (mode === "one" || mode === "all") return { mode, value: 0 };
  const number = Number(String(value ?? "").replace("%", ""));
  if (value === undefined) complain(`the mode ${mode} needs a value`);
  else if (mode === "fixed" && (typeof value !== "number" || number < 1))
    complain("the mode fixed needs a count, at least 1");
  else if (mode !== "fixed" && number > 100) complain("a percentage is at most 100");
  return { mode, value: number };
}

/** A reference in full. A workload's is written with its kind, which a bare name leaves open. */
export function writeReference(reference: PodReference): z.output<typeof podReference> {
  if ("matchLabels" in reference) return reference;
  const { kind, name, namespace } = reference;
  if (kind === undefined) throw new Error(`the workload ${name} has not been looked up`);
  return { kind, name, namespace };
}
