/**
 * The shape of a churn target: whom actions can be about. A kind is one file, which actions name as their target: how it is
 * written in a scenario and read from one, what the names in it mean, and whom it could be about when its time has come.
 */
import type * as z from "zod";
import type { ClusterApi } from "../../model/cluster.js";
import type { ChurnTarget, PodSelector, Selection } from "../../model/scenario.js";
import type { PodReference, WorkloadSpec } from "../../model/selector-schema.js";
import type { ClusterSettings } from "../../model/settings.js";
import type { WorkloadReference } from "../../model/workload.js";

/** Looks up what the names in a target mean, and complains at its place in the scenario. */
export interface TargetLookup {
  readonly cluster: ClusterSettings;
  /** Null when there is none, or no telling which: that has been reported. */
  workload(written: WorkloadSpec): WorkloadReference | null;
  /** Pods by labels or workload; a warning when nobody has the labels. Null when there is no such workload: reported. */
  pods(written: PodReference): PodSelector | null;
  error(message: string, hint: string): void;
  /** A hint for a name that is not among the known ones, which are called `plural`. */
  suggest(name: string, known: readonly string[], plural: string): string;
}

/** `Written` is a target as parsed, its names not looked up yet; a `Target` is one whose names have been. */
export interface TargetKind<Target extends ChurnTarget = ChurnTarget, Written extends ChurnTarget = ChurnTarget> {
  readonly kind: Target["kind"];
  /** A codec: what it parses it can write as well, in full. */
  readonly schema: z.ZodType<Written>;
  /** The one name in it, after which the entry is called by default; empty for none. */
  nameIn(written: Written): string;
  /** Null when something is wrong: it has been reported. */
  resolve(written: Written, lookup: TargetLookup): Target | null;
  /** Whom it could be about at this instant: keys in the order of their names. */
  candidates(api: ClusterApi, target: Target): readonly string[];
  /** How many of them are taken. Left out: all. */
  selection?(target: Target): Selection;
  /** What a key names, in results: "Pod". */
  noun(target: Target): string;
  /** The pods that it is about, whose containers an action may name. Left out: it is about no pods. */
  podsOf?(target: Target, lookup: TargetLookup): PodSelector | null;
}

/** Keeps the types of a kind's targets together. */
export function targetKind<Target extends ChurnTarget, Written extends ChurnTarget>(
  kind: TargetKind<Target, Written>,
): TargetKind<Target, Written> {
  return kind;
}

/** Where a codec complains of what it decodes. */
export function complainTo({ value, issues }: z.core.ParsePayload): (message: string) => void {
  return (message) => issues.push({ code: "custom", message, input: value });
}
