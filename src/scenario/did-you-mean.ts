/** Suggestions for misspelt names, in words. */
import { nearestName } from "../model/nearest-name.js";

export { nearestName as nearest } from "../model/nearest-name.js";

/** "did you mean web?", or a list of what there is; empty when there is nothing. */
export function didYouMean(text: string, known: readonly string[], what = "known"): string {
  const name = nearestName(text, known);
  if (name !== null) return `did you mean ${name}?`;
  if (known.length === 0) return "";
  const shown = known.slice(0, 12).join(", ");
  return `${what}: ${shown}${known.length > 12 ? ` and ${known.length - 12} more` : ""}`;
}
