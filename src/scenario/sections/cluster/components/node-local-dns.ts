/** `cluster.components.nodeLocalDNS`: a DNS cache on each node. */
import * as z from "zod";
import type { Address } from "../../../../model/address.js";
import { strictObject } from "../../../../model/strict-object.js";
import type { Resolution } from "../../resolution.js";

export const nodeLocalDns = strictObject({
  enabled: z
    .boolean()
    .prefault(false)
    .describe("Whether each node has a DNS cache, which takes what is sent to kube-dns."),
});

/** Its Corefile forwards to the nameservers of the node, and cannot be used when there are none. */
export function resolveNodeLocalDns(
  resolution: Resolution,
  { enabled }: z.output<typeof nodeLocalDns>,
  nameservers: readonly Address[],
): boolean {
  if (enabled && nameservers.length === 0) {
    const path = ["cluster", "components", "nodeLocalDNS", "enabled"];
    resolution.error(path, "NodeLocal DNSCache needs a nameserver outside the cluster", "see nodeResolvConf");
  }
  return enabled;
}
