/**
 * The shape of a churn action. An action is one file and one line in `actions.ts`: how it is written in a scenario, its
 * JSON Schema and its help follow from what stands here.
 */
import type * as z from "zod";
import type { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import type { Cluster, ProcessStop } from "../model/cluster.js";
import type { ChurnTarget } from "../model/scenario.js";
import type { WorkloadName } from "../model/workload.js";

/** What one firing of a churn entry is about. */
export interface Firing {
  /** The churn fact: already recorded, and the current cause. */
  readonly fact: FactId;
  /** What the keys name. */
  readonly kind: ChurnTarget["kind"];
  /** Their kind when they are workloads; null otherwise. */
  readonly workload: WorkloadName | null;
  /** Keys of the selected objects in the order of their names; never empty. */
  readonly keys: readonly string[];
  /** NodeLocal DNSCache on these nodes is meant, and ends so. Left out: it is not. */
  readonly nodeLocalDns?: ProcessStop | undefined;
}

export interface ChurnAction<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** As written in a scenario, in kebab-case. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What its keys name: a workload, Pods, Nodes, what a component of the cluster runs as (a Deployment, Nodes), or
   * the DNS servers outside, who need no key. */
  readonly target: ChurnTarget["kind"] | "component";
  /** Where it stands among the events of its instant. */
  readonly phase: Phase;
  /** The action's own fields; those that every churn entry has (`at`, `every`, `target`, …) are not among them. */
  readonly parameters: z.ZodObject<Shape, z.core.$strict>;
  start(cluster: Cluster, firing: Firing, parameters: z.output<z.ZodObject<Shape, z.core.$strict>>): void;
}

/** Keeps the type of the parameters between `parameters` and `start`. */
export function churnAction<Shape extends z.ZodRawShape>(action: ChurnAction<Shape>): ChurnAction<Shape> {
  return action;
}
