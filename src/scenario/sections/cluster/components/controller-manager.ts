/** `cluster.components.controllerManager`: the flags of kube-controller-manager that are modelled. */
import * as z from "zod";
import { formatDuration, type Micros, parseDuration, SECOND } from "../../../../engine/duration.js";
import { behaviourOf, type Minor } from "../../../../model/kubernetes-version.js";
import type { ClusterSettings } from "../../../../model/settings.js";
import { strictObject } from "../../../../model/strict-object.js";
import { didYouMean } from "../../../did-you-mean.js";
import { notModelledMessage } from "../../../not-modelled.js";
import type { Resolution } from "../../resolution.js";
import type { ResolvedSection } from "../../resolved-section.js";

export const controllerManager = strictObject({
  args: z
    .array(z.string())
    .prefault([])
    .describe("Flags: --node-monitor-grace-period (default 50s, 40s before 1.32), --node-monitor-period (default 5s)."),
});

export type ControllerManagerSpec = z.output<typeof controllerManager>;
type Settings = Pick<ClusterSettings, "nodeMonitorGrace" | "nodeMonitorPeriod">;

const GRACE_FLAG = "--node-monitor-grace-period";
const PERIOD_FLAG = "--node-monitor-period";
/** Flags of the eviction clock that went before taint-based eviction (removed by kubernetes/kubernetes PR 115840). */
const REMOVED_FLAGS: readonly string[] = ["--pod-eviction-timeout", "--enable-taint-manager"];

export function resolveControllerManager(
  resolution: Resolution,
  { args }: ControllerManagerSpec,
  minor: Minor,
): ResolvedSection<ControllerManagerSpec, Settings> {
  const flags = new Map<string, Micros>([
    [GRACE_FLAG, behaviourOf(minor).nodeMonitorGraceSeconds * SECOND],
    [PERIOD_FLAG, 5 * SECOND],
  ]);
  for (const [index, arg] of args.entries()) {
    const path = ["cluster", "components", "controllerManager", "args", index];
    const [flag = "", ...value] = arg.split("=");
    const duration = parseDuration(value.join("="));
    if (REMOVED_FLAGS.includes(flag)) {
      const hint = "pods tolerate a node's NoExecute taints for 300 s: set tolerationSeconds in the pod template";
      resolution.error(path, `the flag ${flag} was removed in Kubernetes 1.27`, hint);
    } else if (!flags.has(flag)) {
      resolution.error(path, notModelledMessage(`the flag ${flag}`), didYouMean(flag, [...flags.keys()], "modelled"));
    } else if (duration === null || duration === 0) {
      resolution.error(path, `${flag} needs a duration above 0`, `for instance ${flag}=${formatDuration(50 * SECOND)}`);
    } else flags.set(flag, duration);
  }
  return {
    spec: { args: [...flags].map(([flag, value]) => `${flag}=${formatDuration(value)}`) },
    settings: { nodeMonitorGrace: flags.get(GRACE_FLAG) ?? 0, nodeMonitorPeriod: flags.get(PERIOD_FLAG) ?? 0 },
  };
}
