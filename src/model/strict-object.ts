/** Mappings of the scenario schema: an unknown key is an error that knows the keys there are. */
import * as z from "zod";

const SEPARATOR = "\n";

/**
 * A strict object. Its issue about unknown keys carries the known ones in the message, for `parse-scenario.ts`;
 * keys that are not modelled yet are no suggestion.
 */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).filter((key) => !isNotModelled(shape[key]));
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? known.join(SEPARATOR) : undefined),
  });
}

/** The known keys out of the message of such an issue. */
export function knownKeys(message: string): readonly string[] {
  return message.split(SEPARATOR);
}

function isNotModelled(type: z.core.$ZodType | undefined): boolean {
  return type instanceof z.ZodOptional && type.unwrap() instanceof z.ZodNever;
}
