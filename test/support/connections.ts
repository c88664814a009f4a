import type { ConnectionSettings } from "../../src/model/scenario.js";

/** A new connection for each request. */
export const NEW_CONNECTIONS: ConnectionSettings = { reuse: "none", balance: "pick-first", maxAge: null };
