/** `cluster.nodePools`: the nodes. */
import * as z from "zod";
import { strictObject } from "../../../model/strict-object.js";
import { formatCpu, formatMemory } from "../../format-quantity.js";
import { isDnsLabel } from "../../kinds/names.js";
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

export const nodePool = strictObject({
  name: z
    .string()
    .refine(isDnsLabel, { error: () => "a pool's name is a DNS label: lower-case letters, digits and -" })
    .prefault("node")
    .describe("The nodes are called NAME-1, NAME-2, and so on."),
  count: z.int().min(1).max(MOST_NODES).prefault(3).describe("Number of nodes."),
  zones: z.array(z.string().min(1)).min(1).prefault(["a", "b", "c"]).describe("Zones, given to the nodes in turn."),
  capacity: capacity.prefault({}).describe("What a node has for pods."),
});

export function checkNodePools(resolution: Resolution, pools: readonly z.output<typeof nodePool>[]): void {
  const names = new Set<string>();
  for (const [index, { name }] of pools.entries()) {
    const path = ["cluster", "nodePools", index, "name"];
    if (names.has(name)) resolution.error(path, `there are two pools called ${name}`, "give each a name");
    names.add(name);
  }
}
