/** `InetAddress` of Java: getaddrinfo of glibc. Its cache is one of the client caches. */
import { createGlibcResolver } from "./glibc.js";
import type { Resolver } from "./resolver.js";

export const java: Resolver = {
  name: "java",
  summary: "InetAddress of Java on glibc, without its cache",
  create: createGlibcResolver,
};
