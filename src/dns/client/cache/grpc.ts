/**
 * The DNS resolver of gRPC-Go (internal/resolver/dns/dns_resolver.go @ 44c2aff1): no polling. A name is looked up again when
 * a connection was lost, 30 s after the last result at the earliest; until then the old addresses serve. A lookup that fails
 * leaves them in use and is repeated after 1.6 s, then 1.6 times longer each time up to 120 s; a name that has gone takes
 * them away and is repeated likewise. Jitter of the repetitions is left out.
 */
import { type Micros, SECOND } from "../../../engine/duration.js";
import type { ClientCache } from "./client-cache.js";
import { hasAddresses, isDenial } from "./kept-lookup.js";
import { refreshingCache } from "./refreshing-cache.js";

const MIN_RESOLUTION_INTERVAL = 30 * SECOND;
const BASE_DELAY = SECOND;
const MULTIPLIER = 1.6;
const MAX_DELAY = 120 * SECOND;

export const grpc: ClientCache = {
  name: "grpc",
  summary: "gRPC asks again only when a connection is lost, at most every 30 s.",
  defaults: { refresh: MIN_RESOLUTION_INTERVAL },
  wrap: (resolve, context, options) =>
    refreshingCache(resolve, context, {
      next: (lookup, failures) => (hasAddresses(lookup) ? Number.POSITIVE_INFINITY : retryDelay(failures)),
      keepFor: (lookup) => (isDenial(lookup) ? 0 : Number.POSITIVE_INFINITY),
      afterConnectionFailure: options.refresh ?? MIN_RESOLUTION_INTERVAL,
    }),
};

/** Delay after failure number `failures`, from 1. */
export function retryDelay(failures: number): Micros {
  let delay = BASE_DELAY;
  for (let i = 0; i < failures && delay < MAX_DELAY; i++) delay *= MULTIPLIER;
  return Math.min(Math.round(delay), MAX_DELAY);
}
