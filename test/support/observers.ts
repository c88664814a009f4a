/** Observers by the text that result files have for them: the same text, the same object. */
import { type Observer, parseObserver } from "../../src/model/observation.js";

const known = new Map<string, Observer>();

export function observer(text: string): Observer {
  const found = known.get(text) ?? parseObserver(text);
  if (found === null) throw new Error(`${text} is no observer`);
  known.set(text, found);
  return found;
}
