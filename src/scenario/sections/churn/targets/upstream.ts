/** The DNS servers outside the cluster as the target of churn. */
import * as z from "zod";
import { anyTarget, type ChurnTargetSpec } from "./target.js";

const ALL = "all";

export const upstream = z.codec(
  z.string().refine((text) => text === ALL, { error: () => "all: the DNS servers outside fall silent together" }),
  anyTarget,
  { decode: (): ChurnTargetSpec => ({ kind: "upstream" }), encode: (): typeof ALL => ALL },
);
