/** Checks a Scenario document against the schema; whatever is wrong goes into the report, all at once. */
import type * as z from "zod";
import { knownKeys } from "../model/strict-object.js";
import type { Location, Report } from "./diagnostic.js";
import { didYouMean } from "./did-you-mean.js";
import { type DocumentPath, formatPath } from "./documents/path.js";
import { documentSchema, type ScenarioDocument } from "./schema.js";

type Issue = z.core.$ZodIssue;

/** Where the value at a path of the document stands, or the nearest one around it. */
export type Locate = (path: DocumentPath) => Location;

interface Problem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
}

/** Null when there are errors. `document` is the whole document, `apiVersion` and `kind` included. */
export function parseScenario(document: unknown, report: Report, locate: Locate): ScenarioDocument | null {
  const problems = [...forbiddenKeys(document, [])];
  const result = documentSchema.safeParse(document, { error: defaultMessage, reportInput: true });
  if (!result.success) for (const issue of result.error.issues) problems.push(...problemsOf(issue, []));
  const seen = new Set<string>();
  for (const { path, message, hint } of problems) {
    const text = formatPath(path);
    if (seen.has(text)) continue;
    seen.add(text);
    report.error(locate(path), text, message, hint);
  }
  return problems.length === 0 && result.success ? result.data : null;
}

/** Message of a union none of whose alternatives fits: stands for the messages of the nearest one. */
const NEAREST = "nearest alternative";

function defaultMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is missing"
        : `expected ${nameOf(issue.expected)}, not ${describe(issue.input)}`;
    case "invalid_union":
      return NEAREST;
    case "invalid_value":
      return issue.input === undefined ? "is missing" : `expected ${issue.values.map(String).join(" or ")}`;
    case "too_small":
      return issue.origin === "number" || issue.origin === "int"
        ? `must be at least ${issue.minimum}`
        : "must not be empty";
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_format":
      return "has the wrong form";
    default:
      return issue.message ?? "is not valid";
  }
}

const NAMES: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "a text",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function nameOf(type: string): string {
  return NAMES[type] ?? type;
}

function describe(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return `the text ${JSON.stringify(value.slice(0, 60))}`;
    case "number":
    case "boolean":
      return String(value);
    default:
      return "a map";
  }
}

function problemsOf(issue: Issue, above: DocumentPath): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union" && issue.message === NEAREST) {
    const alternatives = issue.errors.filter((each) => each.length > 0);
    const best = alternatives.reduce<Issue[] | null>((a, b) => (a === null || costOf(b) < costOf(a) ? b : a), null);
    return (best ?? []).flatMap((each) => problemsOf(each, path));
  }
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(issue.message);
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: "unknown key",
      hint: didYouMean(key, known, "the keys here are"),
    }));
  }
  return [{ path, message: issue.message, hint: "" }];
}

/** How far the input is from an alternative: another type is far, another set of keys less so, a wrong value near. */
function costOf(issues: readonly Issue[]): number {
  let cost = 0;
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") cost += 10 * issue.keys.length;
    else if (issue.code === "invalid_value" && issue.path.length > 0) cost += 30;
    else if (issue.path.length === 0 && issue.code === "invalid_type") cost += 100;
    else if (issue.path.length === 0 && issue.code === "invalid_value")
      cost += typeof issue.input === "string" ? 20 : 100;
    else if (issue.path.length === 1 && issue.input === undefined) cost += 10;
    else cost += 1;
  }
  return cost;
}

/** Keys that a JavaScript object would take for its prototype: no mapping of a scenario has one. */
function* forbiddenKeys(value: unknown, path: DocumentPath): Generator<Problem> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* forbiddenKeys(each, [...path, index]);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      const inner = [...path, key];
      if (key === "__proto__") yield { path: inner, message: "unknown key", hint: "no mapping has this key" };
      else yield* forbiddenKeys(each, inner);
    }
  }
}
