/** What a run says about slack: the tightest termination in a sentence, and the preStop sleep that it asks for. */
import { type Observer, observerKind } from "../model/observation.js";
import type { RunStory, TerminationRow } from "../model/result.js";
import { groupedCount, sleepText, spanText } from "./figure-text.js";
import { printable } from "./printable.js";

const MOST_NAMED = 3;

/** Sentences, the worst margin first. */
export function slackSentences(record: RunStory): string[] {
  const pending = pendingSentences(record.terminations);
  const worst = worstTermination(record);
  if (worst === null) {
    return [
      "no pod was terminated gracefully while somebody sent to it, so there is no margin to speak of.",
      ...pending,
    ];
  }
  const pod = `pod ${printable(worst.pod)} on ${printable(worst.node)}`;
  const observer = observerText(worst.observer);
  const margin = spanText(worst.slack);
  const sleep = sleepText(record.requiredPreStop);
  if (worst.slack < 0) {
    return [
      `worst margin ${margin}: ${pod} stopped accepting ${spanText(-worst.slack)} before ${observer} stopped sending to it.`,
      `A preStop sleep of at least ${sleep} would have covered it (observed in this run; another seed may need more).`,
      ...pending,
    ];
  }
  return [
    `tightest margin ${margin}: ${observer} stopped sending to ${pod} ${margin} before it stopped accepting.`,
    record.requiredPreStop > 0
      ? `A preStop sleep of ${sleep} would have been enough (observed in this run; another seed may need more).`
      : "No preStop sleep was needed (observed in this run; another seed may need one).",
    ...pending,
  ];
}

/** Who had not stopped sending to an ended pod when the run ended: a dead node, or a run that ended too early. */
function pendingSentences(terminations: readonly TerminationRow[]): string[] {
  const late = terminations.filter((row) => Number.isNaN(row.rulesAppliedAt)).map((row) => observerText(row.observer));
  const observers = [...new Set(late)];
  if (observers.length === 0) return [];
  const named = observers.slice(0, MOST_NAMED).join(", ");
  const rest = observers.length > MOST_NAMED ? ` and ${groupedCount(observers.length - MOST_NAMED)} more` : "";
  const died = observers.length === 1 ? "it died" : "they died";
  return [`Not counted: ${named}${rest} had not stopped sending to an ended pod when ${died} or the run ended.`];
}

/** The termination with the least slack among graceful ones; the first of equals, null without any. */
export function worstTermination({ terminations }: RunStory): TerminationRow | null {
  let worst: TerminationRow | null = null;
  for (const row of terminations) {
    if (!Number.isFinite(row.slack) || !(row.deletedAt <= row.stopsAcceptingAt)) continue;
    if (worst === null || row.slack < worst.slack) worst = row;
  }
  return worst;
}

/** "node-1", "CoreDNS pod kube-system/coredns-1", "the API". */
export function observerText(observer: Observer): string {
  const { noun } = observerKind(observer);
  return [noun, printable(observer.name)].filter((word) => word !== "").join(" ");
}
