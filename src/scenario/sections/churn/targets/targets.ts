/** Every kind of target that an action can have: how it is written, and how its names are looked up. */
import type { ChurnTarget } from "../../../../model/scenario.js";
import type { ClusterSettings } from "../../../../model/settings.js";
import type { DocumentPath } from "../../../documents/path.js";
import type { Resolution } from "../../resolution.js";
import { component } from "./component.js";
import { nodes, resolveNodes } from "./nodes.js";
import { pods, resolvePods } from "./pods.js";
import type { ChurnTargetSpec } from "./target.js";
import { upstream } from "./upstream.js";
import { resolveWorkload, workload } from "./workload.js";

export const TARGET_SCHEMAS = { workload, pods, nodes, component, upstream } as const;

/** Null when a name means nothing, which is reported. */
export function resolveTarget(
  resolution: Resolution,
  cluster: ClusterSettings,
  target: ChurnTargetSpec,
  path: DocumentPath,
): ChurnTarget | null {
  switch (target.kind) {
    case "workload":
      return resolveWorkload(resolution, target.workload, path);
    case "pods": {
      const selector = resolvePods(resolution, target.selector, path);
      return selector === null ? null : { ...target, selector };
    }
    case "nodes":
      return resolveNodes(resolution, cluster, target, path);
    case "upstream":
      return target;
    default:
      return target satisfies never;
  }
}
