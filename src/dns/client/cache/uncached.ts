/**
 * Those who keep nothing. glibc, musl, Ruby, PHP and Node's dns.lookup; Go's net.Resolver, pure or through cgo (golang/go
 * src/net/dnsclient_unix.go); Python's socket.getaddrinfo. .NET's SocketsHttpHandler looks a name up only when it makes a
 * connection, and its pooled connections live for ever (PooledConnectionLifetime): what hides a DNS change there is the
 * connection, see `reuse: hold`.
 */
import { type ClientCache, uncached } from "./client-cache.js";

export const none = keepsNothing("none", "Every lookup asks the DNS servers.");
export const go = keepsNothing("go", "Go keeps no answers: every lookup asks the DNS servers.");
export const python = keepsNothing("python", "Python keeps no answers: every lookup asks the DNS servers.");
export const dotnet = keepsNothing(
  "dotnet",
  ".NET keeps no answers; it asks when it makes a connection, so combine it with connection.reuse: hold.",
);

function keepsNothing(name: string, summary: string): ClientCache {
  return { name, summary, defaults: {}, wrap: uncached };
}
