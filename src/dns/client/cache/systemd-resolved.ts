/** systemd-resolved: addresses and denials for as long as their TTL says; nothing stale (StaleRetentionSec 0). */
import type { ClientCache } from "./client-cache.js";
import { hasAddresses, isDenial, timeToLive } from "./kept-lookup.js";
import { onDemandCache } from "./on-demand-cache.js";

export const systemdResolved: ClientCache = {
  name: "systemd-resolved",
  summary: "systemd-resolved keeps answers for as long as their TTL says.",
  defaults: {},
  wrap: (resolve, context) =>
    onDemandCache(resolve, context, {
      lifetime: (lookup) => (hasAddresses(lookup) || isDenial(lookup) ? timeToLive(lookup) : 0),
      stale: 0,
    }),
};
