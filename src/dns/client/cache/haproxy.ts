/**
 * HAProxy with a `resolvers` section: a lookup every `hold valid` (10 s) whatever the TTL; addresses serve for another 30 s
 * when lookups fail (`hold other`, `hold nx`, …). With `valid: forever` it has no such section: one lookup when it starts,
 * which is taken to be the first use.
 */
import { SECOND } from "../../../engine/duration.js";
import type { ClientCache } from "./client-cache.js";
import { hasAddresses } from "./kept-lookup.js";
import { onDemandCache } from "./on-demand-cache.js";
import { refreshingCache } from "./refreshing-cache.js";

const HOLD_VALID = 10 * SECOND;
const HOLD_OTHERS = 30 * SECOND;

export const haproxy: ClientCache = {
  name: "haproxy",
  summary: "HAProxy asks every 10 s on its own account; with valid: forever once when it starts.",
  defaults: { valid: HOLD_VALID },
  wrap: (resolve, context, options) => {
    const valid = options.valid ?? HOLD_VALID;
    if (valid === Number.POSITIVE_INFINITY) {
      return onDemandCache(resolve, context, { lifetime: (lookup) => (hasAddresses(lookup) ? valid : 0), stale: 0 });
    }
    return refreshingCache(resolve, context, {
      next: () => valid,
      keepFor: () => HOLD_OTHERS,
      afterConnectionFailure: null,
    });
  },
};
