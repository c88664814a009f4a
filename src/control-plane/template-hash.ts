/** The label `pod-template-hash`: one text for each pod template, whatever the order of its fields. */
import type { PodTemplate } from "../model/objects.js";
import { hashText } from "./stable-text.js";

export const POD_TEMPLATE_HASH = "pod-template-hash";

/** Objects are immutable, and nearly all revisions of a Deployment share their template. */
const known = new WeakMap<PodTemplate, string>();

/** Ten letters; templates that differ in anything, annotations included, get different ones. */
export function templateHash(template: PodTemplate): string {
  let hash = known.get(template);
  if (hash === undefined) {
    hash = hashText(canonicalText(template), 10);
    known.set(template, hash);
  }
  return hash;
}

function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields).sort((x, y) => (x < y ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(fields[name])}`).join(",")}}`;
}
