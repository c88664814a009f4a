/** A completed specification in the words of its schema: what a user could have written, as plain data. */
import * as z from "zod";
import { omit } from "./omit.js";
import { type ScenarioSpec, specSchema } from "./schema.js";

export type PlainMap = Readonly<Record<string, unknown>>;

/** Without the names of files: what they hold follows the document. */
export function encodeSpec(spec: ScenarioSpec): PlainMap {
  return omit(z.encode(specSchema, spec), "manifests");
}
