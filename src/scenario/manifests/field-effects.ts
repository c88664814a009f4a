/** What it means for the simulation that a manifest has a field: the tables of all kinds, and what no kind decides. */
import type { PlainObject } from "../documents/value.js";
import type { Defaults, FieldTable } from "../kinds/field-table.js";
import { MANIFEST_KINDS } from "../kinds/kinds.js";
import { METADATA_FIELDS } from "../kinds/names.js";
import { POD_FIELDS } from "../kinds/pod-template.js";
import { KUBE_PROXY_FIELDS } from "./kube-proxy-configuration.js";

const TABLES: readonly FieldTable[] = [
  METADATA_FIELDS,
  POD_FIELDS,
  KUBE_PROXY_FIELDS,
  ...MANIFEST_KINDS.map(({ fields }) => fields),
];

function fieldsIn(lists: readonly Readonly<Record<string, string>>[]): ReadonlySet<string> {
  const fields = lists
    .flatMap((list) => Object.entries(list))
    .map(([type, text]) => ({ type, names: text.split(" ") }));
  return new Set(fields.flatMap(({ type, names }) => names.map((name) => `${type}.${name}`)));
}

const MODELLED = fieldsIn(TABLES.map(({ modelled }) => modelled));
const PARTLY = fieldsIn(TABLES.map(({ partly = {} }) => partly));
const DEFAULTS: ReadonlyMap<string, Defaults> = new Map(
  TABLES.flatMap(({ defaults = {} }) => Object.entries(defaults)),
);
const NEUTRAL: ReadonlyMap<string, readonly unknown[]> = new Map(
  TABLES.flatMap(({ neutral = {} }) => Object.entries(neutral)),
);
const LOUD: ReadonlyMap<string, string> = new Map(TABLES.flatMap(({ loud = {} }) => Object.entries(loud)));

/** Set by the API server itself: what a manifest says there has no effect in Kubernetes either. */
const SERVER_SIDE: ReadonlySet<string> = new Set([
  ...MANIFEST_KINDS.map(({ type }) => `${type}.status`),
  ..."creationTimestamp deletionTimestamp deletionGracePeriodSeconds generation managedFields resourceVersion selfLink uid"
    .split(" ")
    .map((field) => `V1ObjectMeta.${field}`),
]);

export type Effect =
  | { readonly kind: "modelled" }
  /** Accepted, and not worth a word. */
  | { readonly kind: "none" }
  /** Accepted and named; `instead` is not empty when ignoring the field would change the verdict. */
  | { readonly kind: "ignored"; readonly instead: string };

/** What a field with this value means for the simulation. */
export function effectOf(type: string, field: string, value: unknown): Effect {
  const key = `${type}.${field}`;
  if (MODELLED.has(key)) return { kind: "modelled" };
  if (SERVER_SIDE.has(key) || isEmpty(value) || NEUTRAL.get(key)?.includes(value)) return { kind: "none" };
  if (key === "V1ServiceSpec.ipFamilies" && Array.isArray(value) && value.every((each) => each === "IPv4")) {
    return { kind: "none" };
  }
  const special = typeof value === "string" ? LOUD.get(`${key}=${value}`) : undefined;
  const instead = special ?? LOUD.get(key) ?? "";
  // What is read in part has an effect: nobody may say that it has none.
  return instead === "" && PARTLY.has(key) ? { kind: "none" } : { kind: "ignored", instead };
}

/** Whether the simulation looks at a field at all. */
export function isRead(type: string, field: string): boolean {
  const key = `${type}.${field}`;
  return MODELLED.has(key) || PARTLY.has(key);
}

/** What the API server fills in beside the given fields of a type. */
export function defaultsOf(type: string, given: PlainObject): PlainObject {
  const defaults = DEFAULTS.get(type) ?? {};
  return typeof defaults === "function" ? defaults(given) : defaults;
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
