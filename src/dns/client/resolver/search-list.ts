/**
 * Which names a lookup may try (glibc 2.36, resolv/res_query.c `__res_context_search`; musl 1.2.5, src/network/lookup_name.c;
 * Go, src/net/dnsclient_unix.go `nameList`). How far a resolver goes along this list is its own.
 */
import type { Question } from "../../../model/dns.js";
import type { ResolvConf } from "./resolv-conf-parser.js";

/** One name to try; its questions are made once and shared by all lookups. */
export interface Candidate {
  readonly name: string;
  readonly a: Question;
  readonly aaaa: Question;
}

export interface SearchPlan {
  readonly asIs: Candidate;
  /** The name with each suffix of the search list. */
  readonly suffixed: readonly Candidate[];
  /** The name has enough dots to be tried as it stands before the search list; otherwise after it. */
  readonly asIsFirst: boolean;
  /** The name ended in a dot: it is tried as it stands, and that is all. */
  readonly asIsOnly: boolean;
}

/** Expands `name` as an application gives it, with or without the root dot. */
export function expandSearchList(name: string, resolvConf: ResolvConf): SearchPlan {
  const asIsOnly = name.endsWith(".");
  const bare = (asIsOnly ? name.slice(0, -1) : name).toLowerCase();
  const dots = name.split(".").length - 1;
  return {
    asIs: candidate(bare),
    suffixed: asIsOnly ? [] : resolvConf.search.map((suffix) => candidate(suffix === "" ? bare : `${bare}.${suffix}`)),
    asIsFirst: asIsOnly || dots >= resolvConf.options.ndots,
    asIsOnly,
  };
}

/** The names in the order of glibc, Go and c-ares, when nothing ends the search early. */
export function inOrder({ asIs, suffixed, asIsFirst, asIsOnly }: SearchPlan): readonly Candidate[] {
  if (asIsOnly) return [asIs];
  return asIsFirst ? [asIs, ...suffixed] : [...suffixed, asIs];
}

function candidate(name: string): Candidate {
  return { name, a: { name, type: "A" }, aaaa: { name, type: "AAAA" } };
}
