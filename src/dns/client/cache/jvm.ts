/**
 * java.net.InetAddress (openjdk/jdk sun/net/InetAddressCachePolicy.java @ 1794ca1a): addresses 30 s whatever their TTL,
 * failures of every sort 10 s (the shipped java.security). With a stale TTL (JDK 21 on) old addresses serve for that much
 * longer while lookups fail.
 */
import { SECOND } from "../../../engine/duration.js";
import type { ClientCache } from "./client-cache.js";
import { hasAddresses } from "./kept-lookup.js";
import { onDemandCache } from "./on-demand-cache.js";

const POSITIVE = 30 * SECOND;
const NEGATIVE = 10 * SECOND;

export const jvm: ClientCache = {
  name: "jvm",
  summary: "Java keeps addresses for 30 s and failures for 10 s, whatever the TTL says.",
  defaults: { ttl: POSITIVE, negativeTtl: NEGATIVE, staleTtl: 0 },
  wrap: (resolve, context, options) => {
    const positive = options.ttl ?? POSITIVE;
    const negative = options.negativeTtl ?? NEGATIVE;
    return onDemandCache(resolve, context, {
      lifetime: (lookup) => (hasAddresses(lookup) ? positive : negative),
      stale: options.staleTtl ?? 0,
    });
  },
};
