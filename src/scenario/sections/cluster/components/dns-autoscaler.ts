/** `cluster.components.dnsAutoscaler`: replicas of CoreDNS by the size of the cluster. */
import * as z from "zod";
import type { DnsAutoscalerSettings } from "../../../../model/settings.js";
import { strictObject } from "../../../../model/strict-object.js";
import type { Resolution } from "../../resolution.js";

export const dnsAutoscaler = strictObject({
  enabled: z.boolean().prefault(false).describe("Whether the add-on dns-autoscaler sets the number of CoreDNS pods."),
  coresPerReplica: z.int().min(1).prefault(256).describe("Cores of schedulable nodes for each replica."),
  nodesPerReplica: z.int().min(1).prefault(16).describe("Schedulable nodes for each replica."),
  preventSinglePointFailure: z
    .boolean()
    .prefault(true)
    .describe("At least two replicas when there is more than one node."),
  min: z.int().min(1).prefault(1).describe("Least number of replicas."),
  max: z.int().min(1).optional().describe("Most replicas; no bound by default."),
});

/** Null when it is not installed. */
export function resolveDnsAutoscaler(
  resolution: Resolution,
  given: z.output<typeof dnsAutoscaler>,
): DnsAutoscalerSettings | null {
  const { enabled, max = null, ...settings } = given;
  if (max !== null && max < settings.min) {
    const path = ["cluster", "components", "dnsAutoscaler", "max"];
    resolution.error(path, `max is ${max}, and min is ${settings.min}`, "max must be at least min");
  }
  return enabled ? { ...settings, max } : null;
}
