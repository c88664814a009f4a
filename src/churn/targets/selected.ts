/** Candidates by what they are labelled, in the order of their names. */
import { matchesLabels } from "../../model/labels.js";
import type { Pod } from "../../model/objects.js";
import type { PodSelector } from "../../model/scenario.js";

export function isSelected({ metadata }: Pod, { namespace, matchLabels }: PodSelector): boolean {
  return metadata.namespace === namespace && matchesLabels(matchLabels, metadata.labels);
}

/** Sorts in place. */
export function sortedKeys(keys: string[]): string[] {
  return keys.sort((a, b) => (a === b ? 0 : a < b ? -1 : 1));
}
