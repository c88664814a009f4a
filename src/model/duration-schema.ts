/**
 * The zod type of a duration, as scenarios and churn actions write it: text such as `250ms` outside, microseconds inside.
 * It is a codec, so that `z.encode` writes a parsed value back as text.
 */
import * as z from "zod";
import { formatDuration, type Micros, parseDuration } from "../engine/duration.js";

const PATTERN = /^(0|((\d+(\.\d+)?|\.\d+)(us|µs|ms|s|m|h))+)$/;
const EXPECTED = 'expected a duration such as "250ms", "1.5s" or "1h30m"';

/** A duration from 0 to ten years. `notMap` is said when there is a map instead of a text. */
export function durationTextOr(notMap: string) {
  return z.codec(
    z
      .string({ error: ({ input }) => wrongType(input, notMap) })
      .regex(PATTERN, { error: ({ input }) => `${EXPECTED}, not ${JSON.stringify(String(input).slice(0, 60))}` }),
    z.int().min(0),
    {
      decode(text, context): Micros {
        const duration = parseDuration(text);
        if (duration !== null) return duration;
        context.issues.push({ code: "custom", message: "the duration is longer than ten years", input: text });
        return z.NEVER;
      },
      encode: formatDuration,
    },
  );
}

export const durationText = durationTextOr(`${EXPECTED}, not a map`);

function wrongType(input: unknown, notMap: string): string | undefined {
  if (input === undefined) return undefined;
  if (typeof input === "number") return `${EXPECTED}: ${input} has no unit`;
  return typeof input === "object" && input !== null && !Array.isArray(input) ? notMap : EXPECTED;
}
