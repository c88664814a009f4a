/**
 * Parts of the scenario format that have their place already but no behaviour yet. They are in the schema, so that they
 * get a message of their own instead of "unknown key"; they are left out of the JSON Schema.
 */
import * as z from "zod";

export function notModelledMessage(what: string): string {
  return `${what} is not modelled yet`;
}

/** A key that must not be there. `what` begins the sentence: "configuration of the kubelet". */
export function notModelled(what: string): z.ZodOptional<z.ZodNever> {
  return z.never({ error: () => notModelledMessage(what) }).optional();
}

/** One of `modelled`; a text from `planned` is told to be not modelled yet. `what` is for instance "the resolver". */
export function oneOf<const T extends readonly [string, ...string[]]>(
  what: string,
  modelled: T,
  planned: readonly string[],
) {
  return z.enum(modelled, {
    error: ({ input }) =>
      typeof input === "string" && planned.includes(input)
        ? notModelledMessage(`${what} ${input}`)
        : `${what} is ${modelled.join(" or ")}`,
  });
}
