/**
 * The shape of a churn action. An action is one file and one line in `actions.ts`: how it is written in a scenario, its
 * JSON Schema and its help follow from what stands here.
 */
import type * as z from "zod";
import type { Phase } from "../engine/event-queue.js";
import type { FactId } from "../engine/facts.js";
import type { Cluster } from "../model/cluster.js";
import type { ChurnTarget } from "../model/scenario.js";
import type { TargetKind } from "./targets/target.js";

/** What one firing of a churn entry is about. */
export interface Firing<Target extends ChurnTarget = ChurnTarget> {
  /** The churn fact: already recorded, and the current cause. */
  readonly fact: FactId;
  readonly target: Target;
  /** Keys of the selected objects in the order of their names; never empty. */
  readonly keys: readonly string[];
}

/** What an action may ask about the scenario when it checks one of its entries. */
export interface EntryCheck {
  /** Names of the containers of the pods that the target is about; empty when it is about none. */
  readonly containers: readonly string[];
  /** What is wrong with a Corefile of CoreDNS. */
  corefileErrors(text: string): readonly { readonly message: string; readonly hint: string }[];
  /** `field` is "target" or one of the action's own. */
  error(field: string, message: string, hint: string): void;
  /** A hint for a name that is not among the known ones, which are called `plural`. */
  suggest(name: string, known: readonly string[], plural: string): string;
}

export interface ChurnAction<Shape extends z.ZodRawShape = z.ZodRawShape, Target extends ChurnTarget = ChurnTarget> {
  /** As written in a scenario, in kebab-case. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Whom it is about. */
  readonly target: TargetKind<Target>;
  /** Where it stands among the events of its instant. */
  readonly phase: Phase;
  /** It gives workloads another template: results tell how long the rollout took. Left out: it does not. */
  readonly rollsOut?: true;
  /** The action's own fields; those that every churn entry has (`at`, `every`, `target`, …) are not among them. */
  readonly parameters: z.ZodObject<Shape, z.core.$strict>;
  /** Complains about an entry whose target and parameters are valid but do not fit the scenario. Left out: all do. */
  check?(target: Target, parameters: z.output<z.ZodObject<Shape, z.core.$strict>>, entry: EntryCheck): void;
  start(cluster: Cluster, firing: Firing<Target>, parameters: z.output<z.ZodObject<Shape, z.core.$strict>>): void;
}

/** Keeps the types of target and parameters between `parameters`, `check` and `start`. */
export function churnAction<Shape extends z.ZodRawShape, Target extends ChurnTarget>(
  action: ChurnAction<Shape, Target>,
): ChurnAction<Shape, Target> {
  return action;
}
