/** `cluster.nodePools`: the nodes. */
import * as z from "zod";
import { PLACE_LABELS, presentLabel } from "../../../model/node-labels.js";
import { strictObject } from "../../../model/strict-object.js";
import type { DocumentPath } from "../../documents/path.js";
import { formatCpu, formatMemory } from "../../format-quantity.js";
import { isDnsLabel, isLabelValue, isQualifiedName } from "../../kinds/names.js";
import { parseQuantity } from "../../quantity.js";
import type { Resolution } from "../resolution.js";

/** Most nodes of a pool: more than any cluster has. */
const MOST_NODES = 10_000;

function quantity(unit: "unit" | "milli", encode: (value: number) => string) {
  const written = z.union([z.number(), z.string()]).refine((value) => parseQuantity(String(value), unit) !== null, {
    error: ({ input }) => `${JSON.stringify(input)} is no quantity, such as "500m", "4" or "16Gi"`,
  });
  return z.codec(written, z.number(), { decode: (value) => parseQuantity(String(value), unit) ?? 0, encode });
}

const capacity = strictObject({
  cpu: quantity("milli", formatCpu).prefault("4").describe("Allocatable CPU of a node (a quantity, in cores)."),
  memory: quantity("unit", formatMemory)
    .prefault("16Gi")
    .describe("Allocatable memory of a node (a quantity, in bytes)."),
  pods: quantity("unit", String).prefault("110").describe("Most pods on a node (a count)."),
});

const labelValue = z
  .string({ error: () => 'the value of a label is text: put it into quotes, such as "true"' })
  .refine(isLabelValue, { error: ({ input }) => `${JSON.stringify(input)} is no valid label value` });

const taint = strictObject({
  key: z
    .string()
    .refine(isQualifiedName, { error: ({ input }) => `${JSON.stringify(input)} is no valid key of a taint` })
    .describe("As in kubectl taint KEY=VALUE:EFFECT."),
  value: labelValue.prefault("").describe("May be left out."),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
      error: () => "the effect is NoSchedule, PreferNoSchedule or NoExecute",
    })
    .describe("What pods that do not tolerate it are spared."),
});

export const nodePool = strictObject({
  name: z
    .string()
    .refine(isDnsLabel, { error: () => "a pool's name is a DNS label: lower-case letters, digits and -" })
    .prefault("node")
    .describe("The nodes are called NAME-1, NAME-2, and so on."),
  count: z.int().min(1).max(MOST_NODES).prefault(3).describe("Number of nodes."),
  zones: z.array(z.string().min(1)).min(1).prefault(["a", "b", "c"]).describe("Zones, given to the nodes in turn."),
  capacity: capacity.prefault({}).describe("What a node has for pods."),
  labels: z
    .record(z.string(), labelValue)
    .prefault({})
    .describe("Labels of the nodes, beside those that every node has, such as kubernetes.io/os."),
  taints: z
    .array(taint)
    .prefault([])
    .describe("Taints of the nodes: pods that do not tolerate one stay away (our own clients do)."),
});

export function checkNodePools(resolution: Resolution, pools: readonly z.output<typeof nodePool>[]): void {
  const names = new Set<string>();
  for (const [index, { name, labels }] of pools.entries()) {
    const path = ["cluster", "nodePools", index];
    if (names.has(name)) resolution.error([...path, "name"], `there are two pools called ${name}`, "give each a name");
    names.add(name);
    for (const key of Object.keys(labels)) checkLabel(resolution, key, [...path, "labels", key]);
  }
}

function checkLabel(resolution: Resolution, key: string, path: DocumentPath): void {
  const present = presentLabel(key);
  if (!isQualifiedName(key)) {
    resolution.error(path, `${JSON.stringify(key)} is no valid label key`, 'for instance "disk" or "x.org/disk"');
  } else if (PLACE_LABELS.includes(present)) {
    resolution.error(path, `the label ${key} follows from the pool's name and zones`, "set those");
  } else if (present !== key) resolution.error(path, `the label ${key} is kept equal to ${present}`, "set that one");
}
