/** No cache: glibc, musl, Ruby, PHP, Node's dns.lookup. */
import { type ClientCache, uncached } from "./client-cache.js";

export const none: ClientCache = {
  name: "none",
  summary: "Every lookup asks the DNS servers.",
  defaults: {},
  wrap: uncached,
};
