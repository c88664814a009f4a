/** Go programs that ask the C library (cgo with GODEBUG=netdns=cgo, or a resolv.conf that Go does not understand). */
import { createGlibcResolver } from "./glibc.js";
import type { Resolver } from "./resolver.js";

export const goCgo: Resolver = {
  name: "go-cgo",
  summary: "Go programs that call getaddrinfo of glibc",
  create: createGlibcResolver,
};
