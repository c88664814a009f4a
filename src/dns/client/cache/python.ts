/** Python's socket.getaddrinfo: it keeps nothing. */
import { type ClientCache, uncached } from "./client-cache.js";

export const python: ClientCache = {
  name: "python",
  summary: "Python keeps no answers: every lookup asks the DNS servers.",
  defaults: {},
  wrap: uncached,
};
