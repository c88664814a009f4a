/**
 * `workloads[].preStop`: how long hooks take of which a manifest tells only what they run. It is written into the templates
 * of the pods, so that nothing behind the loader knows where it was said.
 */
import { type Micros, SECOND } from "../../../engine/duration.js";
import { matchesLabels } from "../../../model/labels.js";
import { type ApiObject, entityOf, type PodSpec } from "../../../model/objects.js";
import type { PodSelector } from "../../../model/scenario.js";
import {
  entityOfReference,
  podPrototypesOf,
  type WorkloadReference,
  workloadKind,
  workloadsOf,
} from "../../../model/workload.js";
import { PRE_STOP } from "../../kinds/container.js";
import type { Resolution } from "../resolution.js";

/** Whose hooks take how long: either a workload or a selector is given. */
export interface StatedHook {
  readonly workload: WorkloadReference | null;
  readonly selector: PodSelector | null;
  /** Undefined: as the manifest says. */
  readonly preStop: Micros | undefined;
}

/** The objects with the hooks that are stated: those of the last entry that matches, else `otherwise`. */
export function withStatedHooks(
  resolution: Resolution,
  objects: readonly ApiObject[],
  stated: readonly StatedHook[],
  otherwise: Micros | undefined,
): readonly ApiObject[] {
  return objects.map((object) => {
    const matching = stated.filter((each) => concerns(each, object)).at(-1);
    const preStop = matching === undefined ? otherwise : matching.preStop;
    if (preStop === undefined) return object;
    resolution.settle(`${PRE_STOP} of ${entityOf(object)}`);
    return withHook(object, preStop / SECOND);
  });
}

function concerns({ workload, selector }: StatedHook, object: ApiObject): boolean {
  if (workload !== null) return entityOfReference(workload) === entityOf(object);
  if (selector === null || selector.namespace !== object.metadata.namespace) return false;
  return podPrototypesOf([object]).some(({ labels }) => matchesLabels(selector.matchLabels, labels));
}

function withHook(object: ApiObject, seconds: number): ApiObject {
  if (object.kind === "Pod") return { ...object, spec: withSleep(object.spec, seconds) };
  const [workload] = workloadsOf([object]);
  if (workload === undefined) return object;
  const kind = workloadKind(workload.kind);
  const template = kind.template(workload);
  return kind.withTemplate(workload, { ...template, spec: withSleep(template.spec, seconds) });
}

function withSleep(spec: PodSpec, preStopSleepSeconds: number): PodSpec {
  return { ...spec, containers: spec.containers.map((container) => ({ ...container, preStopSleepSeconds })) };
}
