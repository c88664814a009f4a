/** JSON Schema of a Scenario document, for editors: made from the schema that parses it. */
import * as z from "zod";
import { documentSchema } from "./schema.js";

type JsonObject = Readonly<Record<string, unknown>>;

/** Draft 2020-12. Keys that are not modelled yet are left out, so that editors do not offer them. */
export function scenarioJsonSchema(): JsonObject {
  const schema = tidied(z.toJSONSchema(documentSchema, { io: "input" }));
  return { ...(isObject(schema) ? schema : {}), title: "kubechurn Scenario" };
}

/**
 * zod drops the `default` of options that are transformed when parsed, so that the schema notes it as `whenLeftOut` where
 * the default is filled in only when the scenario is resolved.
 */
function tidied(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(tidied);
  if (!isObject(node)) return node;
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => {
    if (key === "whenLeftOut") return ["default", value];
    if (key === "default" || key === "enum" || key === "const") return [key, value];
    return [key, key === "properties" && isObject(value) ? modelled(value) : tidied(value)];
  });
  return Object.fromEntries(entries);
}

function modelled(properties: JsonObject): JsonObject {
  const kept = Object.entries(properties).filter(([, property]) => !(isObject(property) && "not" in property));
  return Object.fromEntries(kept.map(([key, property]) => [key, tidied(property)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
