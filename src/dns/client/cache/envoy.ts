/**
 * Envoy's STRICT_DNS cluster: a lookup every 5 s (`dns_refresh_rate`) whatever the TTL, unless `respect_dns_ttl` is set. An
 * answer without addresses, NXDOMAIN included, leaves no host (dns_resolver_impl.cc `isResponseWithNoRecords`); a failed
 * lookup leaves the hosts as they are.
 */
import { SECOND } from "../../../engine/duration.js";
import type { ClientCache } from "./client-cache.js";
import { isDenial, timeToLive } from "./kept-lookup.js";
import { refreshingCache } from "./refreshing-cache.js";

const REFRESH_RATE = 5 * SECOND;

export const envoy: ClientCache = {
  name: "envoy",
  summary: "Envoy (STRICT_DNS) asks every 5 s on its own account, whatever the TTL says.",
  defaults: { refresh: REFRESH_RATE, respectTtl: false },
  wrap: (resolve, context, options) => {
    const refresh = options.refresh ?? REFRESH_RATE;
    return refreshingCache(resolve, context, {
      next: (lookup) => {
        const ttl = options.respectTtl === true ? timeToLive(lookup) : 0;
        return ttl > 0 ? ttl : refresh;
      },
      keepFor: (lookup) => (isDenial(lookup) ? 0 : Number.POSITIVE_INFINITY),
      afterConnectionFailure: null,
    });
  },
};
