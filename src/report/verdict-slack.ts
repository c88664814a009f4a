/** What a run says about slack: the tightest termination in a sentence, and the preStop sleep that it asks for. */
import { type Observer, observerKind } from "../model/observation.js";
import type { RunStory, TerminationRow } from "../model/result.js";
import { groupedCount, sleepText, spanText } from "./figure-text.js";
import { printable } from "./printable.js";
import type { Scope } from "./scope.js";

const MOST_NAMED = 3;

/** A figure would be taken for the whole way. */
const NO_FIGURE = "No preStop figure is given: it would not count what stands in front.";

/** Sentences, the worst margin first. */
export function slackSentences(record: RunStory, { inFront }: Pick<Scope, "inFront">): string[] {
  const worst = worstTermination(record);
  if (worst === null && record.endless.length === 0) {
    return [
      "no pod was terminated gracefully while somebody sent to it, so there is no margin to speak of.",
      ...heldSentences(record),
      ...pendingSentences(record),
    ];
  }
  return [
    ...(worst === null ? [] : [marginSentence(worst)]),
    ...endlessSentences(record),
    ...(inFront.length === 0 ? sleepSentences(record, worst) : [NO_FIGURE]),
    ...heldSentences(record),
    ...pendingSentences(record),
  ];
}

function marginSentence({ pod, node, observer, slack }: TerminationRow): string {
  const ended = `pod ${printable(pod)} on ${printable(node)}`;
  const sender = observerText(observer);
  const margin = spanText(slack);
  return slack < 0
    ? `worst margin ${margin}: ${ended} stopped accepting ${spanText(-slack)} before ${sender} stopped sending to it.`
    : `tightest margin ${margin}: ${sender} stopped sending to ${ended} ${margin} before it stopped accepting.`;
}

/** What sleep would have been enough, when one would. */
function sleepSentences({ requiredPreStop }: RunStory, worst: TerminationRow | null): string[] {
  if (worst === null || requiredPreStop === Number.POSITIVE_INFINITY) return [];
  const sleep = sleepText(requiredPreStop);
  if (worst.slack < 0) {
    return [
      `A preStop sleep of at least ${sleep} would have covered it (observed in this run; another seed may need more).`,
    ];
  }
  return [
    requiredPreStop > 0
      ? `A preStop sleep of ${sleep} would have been enough (observed in this run; another seed may need more).`
      : "No preStop sleep was needed (observed in this run; another seed may need one).",
  ];
}

/** Caches that keep addresses for ever: no sleep outlasts them. */
function endlessSentences({ endless }: RunStory): string[] {
  if (endless.length === 0) return [];
  return [
    `No preStop sleep alone covers this: ${named(endless)} would never have stopped sending to an ended pod. Give the cache an end (traffic[].client.dns.cache).`,
  ];
}

/** Requests that were lost with a connection that the server had to close: it was there for as long as the server. */
function heldSentences({ heldToTheEnd }: RunStory): string[] {
  if (heldToTheEnd.length === 0) return [];
  return [
    `Requests were lost with connections that were open until the server closed them (${named(heldToTheEnd)}): no preStop sleep changes that, a maximum age below the sleep (traffic[].client.connection.maxAge) or a server that finishes its requests does.`,
  ];
}

/** Who had not stopped sending to an ended pod when the run ended: a dead node, or a run that ended too early. */
function pendingSentences({ terminations, endless }: RunStory): string[] {
  const late = terminations.filter(
    ({ rulesAppliedAt, observer }) =>
      Number.isNaN(rulesAppliedAt) && observerKind(observer).margin && !endless.includes(observer),
  );
  if (late.length === 0) return [];
  const observers = new Set(late.map(({ observer }) => observer));
  const died = observers.size === 1 ? "it died" : "they died";
  return [
    `Not counted: ${named([...observers])} had not stopped sending to an ended pod when ${died} or the run ended.`,
  ];
}

/** The first few of several observers. */
function named(observers: readonly Observer[]): string {
  const texts = [...new Set(observers.map(observerText))];
  const rest = texts.length > MOST_NAMED ? ` and ${groupedCount(texts.length - MOST_NAMED)} more` : "";
  return `${texts.slice(0, MOST_NAMED).join(", ")}${rest}`;
}

/** The termination with the least slack among graceful ones; the first of equals, null without any. */
export function worstTermination({ terminations }: RunStory): TerminationRow | null {
  let worst: TerminationRow | null = null;
  for (const row of terminations) {
    if (!Number.isFinite(row.slack) || !observerKind(row.observer).margin || !(row.deletedAt <= row.stopsAcceptingAt))
      continue;
    if (worst === null || row.slack < worst.slack) worst = row;
  }
  return worst;
}

/** "node-1", "CoreDNS pod kube-system/coredns-1", "the API". */
export function observerText(observer: Observer): string {
  const { noun } = observerKind(observer);
  return [noun, printable(observer.name)].filter((word) => word !== "").join(" ");
}
