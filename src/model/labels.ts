/** Labels and label selectors (apimachinery `labels`, meta/v1 LabelSelector). */

export type Labels = Readonly<Record<string, string>>;

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}

/** meta/v1 LabelSelector: all parts must hold; an empty selector matches everything. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly LabelSelectorRequirement[];
}

/** Pods by labels within a namespace. */
export interface PodSelector {
  readonly namespace: string;
  readonly matchLabels: Labels;
}

export function matches(selector: LabelSelector, labels: Labels): boolean {
  return matchesLabels(selector.matchLabels, labels) && selector.matchExpressions.every((r) => holds(r, labels));
}

/** A Service's selector: a plain map, all of whose pairs must be present. */
export function matchesLabels(selector: Labels, labels: Labels): boolean {
  for (const key of Object.keys(selector)) if (labelOf(labels, key) !== selector[key]) return false;
  return true;
}

function holds(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labelOf(labels, requirement.key);
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return requirement.operator satisfies never;
  }
}

/** Keys are a user's: "constructor" is a label only when it was given. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
