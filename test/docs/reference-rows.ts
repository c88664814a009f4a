/** The table rows that the reference pages must have, made from what the code says. */
import * as z from "zod";
import { CHURN_ACTIONS } from "../../src/churn/actions.js";
import { ASSUMPTIONS, type Assumption } from "../../src/scenario/assumptions.js";
import { describeDistribution } from "../../src/scenario/distribution-schema.js";
import { scenarioJsonSchema } from "../../src/scenario/json-schema.js";

/** As far as JSON Schema is looked at here. */
interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** A default as YAML in one line: `{lognormal: {median: 5ms, p99: 50ms}}`. */
function yamlText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${key}: ${yamlText(each)}`)
    .join(", ")}}`;
}

function isDistribution(schema: Schema): boolean {
  return (schema.anyOf ?? []).some(({ properties }) => properties?.lognormal !== undefined);
}

function optionsBelow(schema: Schema, path: string, rows: Map<string, string>): void {
  for (const alternative of [schema, ...(schema.anyOf ?? [])]) {
    if (alternative.items !== undefined) optionsBelow(alternative.items, `${path}[]`, rows);
    for (const [key, option] of Object.entries(alternative.properties ?? {})) {
      const below = path === "" ? key : `${path}.${key}`;
      const shown = option.default === undefined ? "" : `\`${cell(yamlText(option.default))}\` `;
      if (option.description !== undefined && !rows.has(below)) {
        rows.set(below, `| \`${below}\` | ${shown}| ${cell(option.description)} |`);
      }
      if (below !== "churn" && !isDistribution(option)) optionsBelow(option, below, rows);
    }
  }
}

/** One row for each option below `spec`, by path; those of churn entries apart, which have a table of their own. */
export function optionRows(): ReadonlyMap<string, string> {
  const rows = new Map<string, string>();
  optionsBelow((scenarioJsonSchema() as Schema).properties?.spec ?? {}, "", rows);
  rows.delete("churn");
  return rows;
}

/** One row for each churn action, by name. */
export function churnRows(): ReadonlyMap<string, string> {
  return new Map(
    CHURN_ACTIONS.map(({ name, target, summary, parameters }) => {
      const { properties } = z.toJSONSchema(parameters, { io: "input" }) as Schema;
      const own = Object.entries(properties ?? {}).map(([key, each]) => `\`${key}\`: ${each.description ?? ""}`);
      return [
        name,
        `| \`${name}\` | ${target.kind} | ${cell(summary)} | ${cell(own.join(" "))}${own.length > 0 ? " " : ""}|`,
      ];
    }),
  );
}

function assumptionRow({ path, what, value, unit, status, why }: Assumption): string {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : describeDistribution(value);
  const changed = path === "" ? "" : `\`${path}\` `;
  return `| ${cell(what)} | ${cell(text)}${unit === "" ? "" : ` ${unit}`} | ${status} | ${cell(why)} | ${changed}|`;
}

/** One row for each assumption, by what it is about. */
export function assumptionRows(): ReadonlyMap<string, string> {
  return new Map(ASSUMPTIONS.map((assumption) => [assumption.what, assumptionRow(assumption)]));
}
