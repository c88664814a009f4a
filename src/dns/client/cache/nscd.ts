/** nscd: hosts for an hour, missing names for 20 s (positive-time-to-live, negative-time-to-live of nscd.conf). */
import { SECOND } from "../../../engine/duration.js";
import type { ClientCache } from "./client-cache.js";
import { hasAddresses, isDenial } from "./kept-lookup.js";
import { onDemandCache } from "./on-demand-cache.js";

const POSITIVE = 3600 * SECOND;
const NEGATIVE = 20 * SECOND;

export const nscd: ClientCache = {
  name: "nscd",
  summary: "nscd keeps addresses for an hour and missing names for 20 s.",
  defaults: { ttl: POSITIVE, negativeTtl: NEGATIVE },
  wrap: (resolve, context, options) => {
    const positive = options.ttl ?? POSITIVE;
    const negative = options.negativeTtl ?? NEGATIVE;
    return onDemandCache(resolve, context, {
      lifetime: (lookup) => {
        if (hasAddresses(lookup)) return positive;
        return isDenial(lookup) ? negative : 0;
      },
      stale: 0,
    });
  },
};
