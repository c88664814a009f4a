/**
 * .NET's SocketsHttpHandler: it keeps no answers, but looks a name up only when it makes a connection, and its pooled
 * connections live for ever (PooledConnectionLifetime). What hides a DNS change is the connection: see `reuse: hold`.
 */
import { type ClientCache, uncached } from "./client-cache.js";

export const dotnet: ClientCache = {
  name: "dotnet",
  summary: ".NET keeps no answers; it asks when it makes a connection, so combine it with connection.reuse: hold.",
  defaults: {},
  wrap: uncached,
};
