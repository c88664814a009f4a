/**
 * nginx: a literal name is looked up when nginx starts and never again. With a variable in proxy_pass, or `resolve` at the
 * server, and a `resolver`: for as long as the TTL or `valid` says. Failures are not kept. The start is taken to be the first
 * use; an nginx that does not find its name at the start is restarted until it does.
 */
import type { ClientCache } from "./client-cache.js";
import { hasAddresses, timeToLive } from "./kept-lookup.js";
import { onDemandCache } from "./on-demand-cache.js";

export const nginx: ClientCache = {
  name: "nginx",
  summary: "nginx asks once when it starts; with a resolver for as long as valid or the TTL says.",
  defaults: { valid: Number.POSITIVE_INFINITY, respectTtl: false },
  wrap: (resolve, context, options) => {
    const valid = options.valid ?? Number.POSITIVE_INFINITY;
    return onDemandCache(resolve, context, {
      lifetime: (lookup) => {
        if (!hasAddresses(lookup)) return 0;
        return options.respectTtl === true ? timeToLive(lookup) : valid;
      },
      stale: 0,
    });
  },
};
