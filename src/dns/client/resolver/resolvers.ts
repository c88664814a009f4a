/** All resolvers that a client can have, in the order in which they are shown. A new one is a file and a line here. */
import { cAres } from "./c-ares.js";
import { glibc, goCgo, java } from "./glibc.js";
import { go } from "./go.js";
import { musl } from "./musl.js";
import { nodeLookup } from "./node-lookup.js";
import { nodeResolve } from "./node-resolve.js";
import type { Resolver } from "./resolver.js";

export const RESOLVERS: readonly Resolver[] = [glibc, musl, go, goCgo, nodeLookup, nodeResolve, java, cAres];

/** The resolver of this name. Throws when there is none. */
export function resolverNamed(name: string): Resolver {
  const found = RESOLVERS.find((resolver) => resolver.name === name);
  if (found === undefined) throw new RangeError(`there is no resolver ${name}`);
  return found;
}
