/** All client caches, in the order of help and documentation. A new one is one file beside this one and one line here. */
import type { ClientCache } from "./client-cache.js";
import { none } from "./none.js";

export const CLIENT_CACHES: readonly ClientCache[] = [none];
