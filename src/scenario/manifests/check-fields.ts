/**
 * Checks a manifest against the fields that Kubernetes knows. Each field is one of three things: modelled; known to
 * Kubernetes and not modelled (accepted and named); unknown to Kubernetes (an error with a suggestion). Types are those
 * of the API server: an integer in quotes is text, and text is no integer.
 */

import type { Report } from "../diagnostic.js";
import { nearest } from "../did-you-mean.js";
import { type DocumentPath, formatPath } from "../documents/path.js";
import type { SourceDocument } from "../documents/source-document.js";
import { RENDER_KUSTOMIZATION } from "../documents/unrendered.js";
import { isPlainObject, type PlainObject } from "../documents/value.js";
import { parseQuantity } from "../quantity.js";
import { effectOf } from "./field-effects.js";
import { FIELDS_VERSION, fieldsOf } from "./field-types.js";
import type { IgnoredFields } from "./ignored-fields.js";

interface Check {
  readonly document: SourceDocument;
  readonly report: Report;
  readonly ignored: IgnoredFields;
  /** Who reads it drops what it does not know, as kube-proxy does with its configuration. */
  readonly lenient: boolean;
}

/** Checks a whole document, whose top level is of `type` ("V1Deployment"). */
export function checkFields(
  document: SourceDocument,
  type: string,
  report: Report,
  ignored: IgnoredFields,
  lenient = false,
): void {
  checkObject({ document, report, ignored, lenient }, document.value, type, [], true);
}

/** `modelled` is false within a field that is ignored: its inside is checked, but not told again. */
function checkObject(check: Check, object: PlainObject, type: string, path: DocumentPath, modelled: boolean): void {
  const fields = fieldsOf(type) ?? {};
  for (const key of Object.keys(object)) {
    const declared = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (declared === undefined) {
      if (check.lenient) droppedField(check, object[key], [...path, key], key, Object.keys(fields));
      else unknownField(check, [...path, key], key, Object.keys(fields));
    } else checkField(check, object[key], type, key, declared, [...path, key], modelled);
  }
  for (const [key, declared] of Object.entries(fields)) {
    if (!declared.endsWith("!") || (object[key] !== undefined && object[key] !== null)) continue;
    // What kustomize completes lacks it, and so do its patches.
    const hint = key === "selector" ? `a base or a patch of kustomize? ${RENDER_KUSTOMIZATION}` : "";
    check.report.error(check.document.locateKey(path), formatPath([...path, key]), `${key} is required`, hint);
  }
}

function checkField(
  check: Check,
  value: unknown,
  type: string,
  key: string,
  declared: string,
  path: DocumentPath,
  modelled: boolean,
): void {
  const effect = effectOf(type, key, value);
  if (modelled && effect.kind === "ignored") {
    const place = formatPath(path.filter((step) => typeof step !== "number"));
    const what = effect.instead === "" || typeof value !== "string" ? place : `${place}: ${value.slice(0, 60)}`;
    check.ignored.add(
      check.document.locateKey(path),
      formatPath(path),
      key,
      `${check.document.kind} ${what}`,
      effect.instead,
    );
  }
  checkType(check, value, declared.replace("!", ""), path, modelled && effect.kind === "modelled");
}

function unknownField(check: Check, path: DocumentPath, key: string, known: readonly string[]): void {
  const near = nearest(key, known);
  const message = `${check.document.kind} has no field ${JSON.stringify(key.slice(0, 80))} here (Kubernetes ${FIELDS_VERSION})`;
  const hint = near === null ? "Kubernetes would refuse or drop it" : `did you mean ${near}?`;
  check.report.error(check.document.locateKey(path), formatPath(path), message, hint);
}

/** A null says nothing. `metadata` stands there for kustomize's sake. */
function droppedField(check: Check, value: unknown, path: DocumentPath, key: string, known: readonly string[]): void {
  if (value === null || formatPath(path) === "metadata") return;
  const near = nearest(key, known);
  const message = `${check.document.kind} has no field ${JSON.stringify(key.slice(0, 80))} here: kube-proxy drops it, and so does this`;
  const hint = near === null ? "" : `did you mean ${near}?`;
  check.report.warn(check.document.locateKey(path), formatPath(path), message, hint);
}

function checkType(check: Check, value: unknown, type: string, path: DocumentPath, modelled: boolean): void {
  if (value === null || value === undefined || type === "any") return;
  const expected = mismatch(value, type);
  if (expected !== null) wrongType(check, value, expected, path);
  else if (Array.isArray(value)) checkItems(check, value, type.slice(1, -1), path, modelled);
  else if (isPlainObject(value)) {
    if (!type.startsWith("{")) checkObject(check, value, type, path, modelled);
    else
      for (const key of Object.keys(value)) checkType(check, value[key], type.slice(1, -1), [...path, key], modelled);
  }
}

function checkItems(
  check: Check,
  items: readonly unknown[],
  type: string,
  path: DocumentPath,
  modelled: boolean,
): void {
  items.forEach((item, index) => {
    if (item === null) wrongType(check, item, "a value", [...path, index]);
    else checkType(check, item, type, [...path, index], modelled);
  });
}

/** What the value should have been; null when it is right, as far as can be seen without looking inside. */
function mismatch(value: unknown, type: string): string | null {
  if (type.startsWith("[")) return Array.isArray(value) ? null : "a list";
  if (type.startsWith("{") || fieldsOf(type) !== null) return isPlainObject(value) ? null : "a mapping";
  switch (type) {
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "int32":
      return isInteger(value, 2147483647) ? null : "an integer of 32 bits";
    case "int64":
      return isInteger(value, Number.MAX_SAFE_INTEGER) ? null : "an integer";
    case "IntOrString":
      return typeof value === "string" || isInteger(value, 2147483647) ? null : "an integer or text";
    case "quantity":
      return isQuantity(value) ? null : 'a quantity such as "500m", "0.5" or "256Mi"';
    default:
      return typeof value === "string" ? null : "text";
  }
}

function isInteger(value: unknown, largest: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value <= largest && value >= -largest - 1;
}

function isQuantity(value: unknown): boolean {
  return (typeof value === "string" || typeof value === "number") && parseQuantity(String(value), "unit") !== null;
}

function wrongType(check: Check, value: unknown, expected: string, path: DocumentPath): void {
  const message = `must be ${expected}, not ${describe(value)}`;
  check.report.error(check.document.locate(path), formatPath(path), message, hintFor(value, expected));
}

function describe(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 60))}`;
  return `the ${typeof value} ${String(value)}`;
}

function hintFor(value: unknown, expected: string): string {
  if (typeof value === "string" && expected.startsWith("an integer") && /^-?\d+$/.test(value)) {
    return `remove the quotes: ${value}`;
  }
  if (expected === "text" && (typeof value === "number" || typeof value === "boolean")) return `write "${value}"`;
  return "";
}
