/** The DNS servers outside the cluster, all together. */
import * as z from "zod";
import type { ChurnTarget } from "../../model/scenario.js";
import { targetKind } from "./target.js";

export interface UpstreamTarget extends ChurnTarget {
  readonly kind: "upstream";
}

const ALL = "all";

export const upstream = targetKind<UpstreamTarget, UpstreamTarget>({
  kind: "upstream",
  schema: z.codec(
    z.string().refine((text) => text === ALL, { error: () => "all: the DNS servers outside fall silent together" }),
    z.custom<UpstreamTarget>(),
    { decode: (): UpstreamTarget => ({ kind: "upstream" }), encode: (): typeof ALL => ALL },
  ),
  nameIn: () => "",
  resolve: (written) => written,
  candidates: () => ["upstream"],
  noun: () => "DNS",
});
