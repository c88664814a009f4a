/** No cache: every lookup goes to the resolver (glibc, musl, Go, Python, Ruby, PHP, Node's dns.lookup). */
import type { ClientCache } from "./client-cache.js";

export const none: ClientCache = { name: "none", wrap: (resolve) => resolve };
