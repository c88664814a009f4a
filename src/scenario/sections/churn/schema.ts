/**
 * `spec.churn[]`: what happens when. Made from the list of churn actions: each can be written in full (`action:` and
 * `target:`) or in short (`rollout: web`), with its own parameters beside.
 */
import * as z from "zod";
import type { ChurnAction } from "../../../churn/action.js";
import { CHURN_ACTIONS } from "../../../churn/actions.js";
import type { Micros } from "../../../engine/duration.js";
import { durationText } from "../../../model/duration-schema.js";
import type { ChurnTarget } from "../../../model/scenario.js";
import { strictObject } from "../../../model/strict-object.js";
import { nearest } from "../../did-you-mean.js";
import { notModelled, notModelledMessage } from "../../not-modelled.js";

const NAMES = CHURN_ACTIONS.map((action) => action.name);

/** Actions that the format has and this version has not. */
const PLANNED: readonly string[] = [
  "undo",
  "apply",
  "delete",
  "label-pods",
  "evict",
  "hang-container",
  "overload",
  "reboot-node",
  "shutdown-node",
  "partition",
  "drain-node",
  "add-node",
  "remove-node",
  "stop-component",
  "slow-component",
  "latency",
];

/** What comes nearest to a planned action among those that there are. */
const INSTEAD: Readonly<Record<string, string>> = {
  "drain-node":
    "an eviction is a deletion: delete-pod takes the pods of a workload in the same way, without moving others",
  evict: "an eviction is a deletion that a budget may hold back: delete-pod does it without one",
  undo: "rollout with the image of before is the same",
  "shutdown-node": "crash-node shows the loss of a node without its farewell",
  "reboot-node": "crash-node shows the loss of a node that does not come back",
  "remove-node": "crash-node shows the loss of a node without its farewell",
  "hang-container": "fail-probe takes a pod out of its Services",
  "stop-component": "restart-component takes one away for a while",
};

const timing = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, { error: () => "a name is made of letters, digits, dots, _ and -" })
    .optional()
    .describe("Name of the event in the results; by default made from action and target."),
  at: durationText.optional().meta({ whenLeftOut: "10s" }).describe("When it happens, after time zero. Default 10s."),
  from: durationText.optional().describe("When a repetition starts; the same as at."),
  every: durationText.optional().describe("Period of a repetition; without it the event happens once."),
  until: durationText
    .optional()
    .describe("When a repetition ends, exclusive; the duration of the scenario by default."),
  jitter: durationText
    .optional()
    .meta({ whenLeftOut: "0s" })
    .describe("Each repetition is late by a random time below this. Default 0s, at most every."),
  after: notModelled("churn after a named event"),
  delay: notModelled("churn after a named event"),
  recoverAfter: notModelled("recovery of a node"),
};

/** One entry, both forms made alike. Complete, it has a name, the time `at` and a target whose names were looked up. */
export interface ChurnSpec {
  readonly name?: string | undefined;
  readonly at?: Micros | undefined;
  readonly from?: Micros | undefined;
  readonly every?: Micros | undefined;
  readonly until?: Micros | undefined;
  readonly jitter?: Micros | undefined;
  readonly action: string;
  readonly target: ChurnTarget;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Plain = Readonly<Record<string, unknown>>;

/** The values at some keys, as far as there are any. */
function pick(value: Plain, keys: readonly string[]): Plain {
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]]));
}

const TIMES = Object.keys(timing);

/** An entry in one of its forms, and what it means; `key` is where the form has its target. */
function form<Shape extends z.ZodRawShape>(
  action: ChurnAction,
  key: string,
  written: z.ZodObject<Shape, z.core.$strict>,
) {
  const own = z.custom<ChurnSpec>((spec) => (spec as ChurnSpec).action === action.name);
  return z.codec(written, own, {
    decode: (value: Plain): ChurnSpec => ({
      ...pick(value, TIMES),
      action: action.name,
      target: value[key] as ChurnTarget,
      parameters: pick(value, Object.keys(action.parameters.shape)),
    }),
    encode: ({ target, parameters, ...rest }) =>
      ({ ...pick({ ...rest }, ["action", ...TIMES]), [key]: target, ...parameters }) as z.output<typeof written>,
  });
}

/** In full and in short. Entries are written in full, for that comes first. */
function formsOf(action: ChurnAction) {
  const target = action.target.schema;
  const { shape } = action.parameters;
  const full = strictObject({
    action: z.literal(action.name).describe(action.summary),
    target: target.describe("Whom it is about."),
    ...timing,
    ...shape,
  });
  const short = strictObject({
    [action.name]: target.describe(`${action.summary} Whom it is about.`),
    ...timing,
    ...shape,
  });
  return [form(action, "target", full), form(action, action.name, short)];
}

/** What is wrong before any form can be chosen; undefined when a known action is named. */
function wrongAction(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return undefined;
  const entry = input as Readonly<Record<string, unknown>>;
  const keys = Object.keys(entry);
  if (!keys.includes("action")) {
    if (keys.some((key) => NAMES.includes(key))) return undefined;
    const planned = keys.find((key) => PLANNED.includes(key) && key !== "delay");
    if (planned !== undefined) return plannedAction(planned);
    const unknown = keys.find((key) => !Object.hasOwn(timing, key) && nearest(key, NAMES) !== null);
    return unknown === undefined ? `no action; the actions are ${NAMES.join(", ")}` : unknownAction(unknown);
  }
  const { action } = entry;
  if (typeof action !== "string") return `the action is a text; the actions are ${NAMES.join(", ")}`;
  if (NAMES.includes(action)) return undefined;
  return PLANNED.includes(action) ? plannedAction(action) : unknownAction(action);
}

function plannedAction(name: string): string {
  const instead = INSTEAD[name];
  return notModelledMessage(`the churn action ${name}`) + (instead === undefined ? "" : `; ${instead}`);
}

function unknownAction(name: string): string {
  const near = name === "set-image" ? "rollout" : nearest(name, NAMES);
  const question = near === null ? "" : `did you mean ${near}? `;
  return `there is no churn action ${JSON.stringify(name.slice(0, 60))}; ${question}The actions are ${NAMES.join(", ")}`;
}

export const churnSchema = z.union(CHURN_ACTIONS.flatMap(formsOf), { error: ({ input }) => wrongAction(input) });
