/** Names, labels and selectors, with the rules that the API server has for them (apimachinery `validation`). */

import type { LabelSelector, LabelSelectorRequirement, Labels } from "../../model/labels.js";
import { type Metadata, newMetadata } from "../../model/metadata.js";
import { type Field, quoted } from "../documents/field.js";
import type { FieldTable } from "./field-table.js";

export const METADATA_FIELDS: FieldTable = {
  modelled: {
    V1ObjectMeta: "name namespace labels annotations ownerReferences generateName",
    V1OwnerReference: "apiVersion kind name uid controller blockOwnerDeletion",
    V1LabelSelector: "matchLabels matchExpressions",
    V1LabelSelectorRequirement: "key operator values",
  },
};

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** RFC 1123 label: at most 63 of lower-case letters, digits and "-". */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** RFC 1123 subdomain: labels with dots between them, at most 253 characters. */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && SUBDOMAIN.test(text);
}

/** Reports a name that is no RFC 1123 label (or subdomain); returns it as it is. */
export function readName(field: Field, form: "label" | "subdomain"): string {
  const name = field.text();
  if (!field.present) field.error("a name is required");
  else if (typeof field.value === "string" && !(form === "label" ? isDnsLabel(name) : isDnsSubdomain(name))) {
    const dots = form === "label" ? "" : 'and "." ';
    const length = form === "label" ? 63 : 253;
    field.error(
      `${quoted(name)} is no valid name`,
      `use at most ${length} lower-case letters, digits, "-" ${dots}with a letter or digit at both ends`,
    );
  }
  return name;
}

/** A key of labels, annotations or taints: "app", "x.org/app". */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash >= 0 && !isDnsSubdomain(text.slice(0, slash))) return false;
  return name.length <= 63 && QUALIFIED.test(name);
}

export function readLabels(field: Field): Labels {
  const labels: Record<string, string> = {};
  for (const key of field.keys()) {
    const entry = field.at(key);
    if (!isQualifiedName(key)) entry.error(`${quoted(key)} is no valid label key`, 'for instance "app" or "x.org/app"');
    else if (!isLabelValue(entry.text())) {
      entry.error(
        `${quoted(entry.text())} is no valid label value`,
        'use at most 63 letters, digits, "-", "_", "." with a letter or digit at both ends',
      );
    } else labels[key] = entry.text();
  }
  return labels;
}

/** Metadata of a namespaced object whose name has been read. */
export function readMetadata(root: Field, namespace: string, name: string): Metadata {
  return {
    ...newMetadata(namespace, name, readLabels(root.at("metadata", "labels"))),
    annotations: readAnnotations(root.at("metadata", "annotations")),
  };
}

/** The values of annotations are free text. */
export function readAnnotations(field: Field): Labels {
  const annotations: Record<string, string> = {};
  for (const key of field.keys()) {
    const entry = field.at(key);
    if (isQualifiedName(key)) annotations[key] = entry.text();
    else entry.error(`${quoted(key)} is no valid annotation key`, 'for instance "note" or "x.org/note"');
  }
  return annotations;
}

export function isLabelValue(text: string): boolean {
  return text === "" || (text.length <= 63 && QUALIFIED.test(text));
}

const OPERATORS = ["In", "NotIn", "Exists", "DoesNotExist"] as const;

export function readSelector(field: Field): LabelSelector {
  return {
    matchLabels: readLabels(field.at("matchLabels")),
    matchExpressions: field.at("matchExpressions").items().map(readRequirement),
  };
}

function readRequirement(field: Field): LabelSelectorRequirement {
  const key = field.at("key").text();
  if (field.at("key").present && !isQualifiedName(key)) field.at("key").error(`${quoted(key)} is no valid label key`);
  const operator = field.at("operator").oneOf(OPERATORS, "Exists");
  const values = field.at("values");
  const takesValues = operator === "In" || operator === "NotIn";
  if (takesValues && values.items().length === 0) values.error(`${operator} needs at least one value`);
  if (!takesValues && values.items().length > 0) values.error(`${operator} takes no values`);
  return { key, operator, values: values.items().map((value) => value.text()) };
}
