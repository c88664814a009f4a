/** Go's net.Resolver, pure or through cgo: it keeps nothing (golang/go src/net/dnsclient_unix.go). */
import { type ClientCache, uncached } from "./client-cache.js";

export const go: ClientCache = {
  name: "go",
  summary: "Go keeps no answers: every lookup asks the DNS servers.",
  defaults: {},
  wrap: uncached,
};
