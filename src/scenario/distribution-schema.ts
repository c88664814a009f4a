/** How a scenario writes a distribution of durations, and back. */
import * as z from "zod";
import type { Distribution } from "../engine/distribution.js";

import { durationText } from "../model/duration-schema.js";
import { strictObject } from "../model/strict-object.js";

const written = z.union(
  [
    durationText,
    strictObject({ uniform: strictObject({ min: durationText, max: durationText }) }),
    strictObject({ exponential: strictObject({ mean: durationText }) }),
    strictObject({
      normal: strictObject({ mean: durationText, stddev: durationText, min: durationText.prefault("0s") }),
    }),
    strictObject({ lognormal: strictObject({ median: durationText, p99: durationText }) }),
    strictObject({
      empirical: z.array(durationText).min(1, { error: () => "an empirical distribution needs values" }),
    }),
  ],
  { error: ({ input }) => wrongKind(input) },
);

const KINDS: readonly string[] = ["uniform", "exponential", "normal", "lognormal", "empirical"];

/** Undefined when one of the kinds is meant, or a plain duration. */
function wrongKind(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null || Object.keys(input).some((key) => KINDS.includes(key)))
    return undefined;
  return `expected a duration or a distribution: {${KINDS.join(": …}, {")}: …}`;
}

type Written = z.output<typeof written>;
export type DistributionText = z.input<typeof written>;

/** A plain duration, or one of the distributions. */
export const distributionText = z.codec(written, z.custom<Distribution>(), {
  decode(value, context) {
    const problem = impossible(value);
    if (problem !== null) context.issues.push({ code: "custom", message: problem, input: value });
    return fromWritten(value);
  },
  encode: toWritten,
});

function impossible(value: Written): string | null {
  if (typeof value === "number") return null;
  if ("uniform" in value && value.uniform.min > value.uniform.max) return "min is greater than max";
  if ("lognormal" in value) {
    const { median, p99 } = value.lognormal;
    if (p99 < median) return "p99 is less than the median";
    if (median === 0 && p99 > 0) return "a lognormal distribution with the median 0 has no p99 above 0";
  }
  return null;
}

function fromWritten(value: Written): Distribution {
  if (typeof value === "number") return { kind: "constant", value };
  if ("uniform" in value) return { kind: "uniform", ...value.uniform };
  if ("exponential" in value) return { kind: "exponential", ...value.exponential };
  if ("normal" in value) return { kind: "normal", ...value.normal };
  if ("lognormal" in value) return { kind: "lognormal", ...value.lognormal };
  return { kind: "empirical", values: value.empirical };
}

function toWritten(distribution: Distribution): Written {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "uniform":
      return { uniform: { min: distribution.min, max: distribution.max } };
    case "exponential":
      return { exponential: { mean: distribution.mean } };
    case "normal":
      return { normal: { mean: distribution.mean, stddev: distribution.stddev, min: distribution.min } };
    case "lognormal":
      return { lognormal: { median: distribution.median, p99: distribution.p99 } };
    case "empirical":
      return { empirical: [...distribution.values] };
    default:
      return distribution satisfies never;
  }
}

/** The distribution in words, for people: "lognormal, median 3s, p99 10s". */
export function describeDistribution(text: DistributionText): string {
  if (typeof text === "string") return text;
  const [kind, values] = Object.entries(text)[0] ?? ["", {}];
  if (Array.isArray(values)) return `one of ${values.join(", ")}`;
  return [kind, ...Object.entries(values).map(([name, value]) => `${name} ${value}`)].join(", ");
}
