/** Chains of facts as `events.csv` holds them: from a consequence back to the churn event at its root. */
import type { Micros } from "../../engine/duration.js";
import type { EventRow } from "../../model/result.js";
import { FACT_KINDS } from "../../model/trace.js";
import { momentText, spanText } from "../figure-text.js";
import { printable } from "../printable.js";
import { textTable } from "../table.js";

export type FactIndex = ReadonlyMap<number, EventRow>;

const SENTENCES: ReadonlyMap<string, string> = new Map(FACT_KINDS.map(({ name, sentence }) => [name, sentence]));

export function indexFacts(events: readonly EventRow[]): FactIndex {
  return new Map(events.map((event) => [event.fact, event]));
}

/**
 * The fact and its causes, root first; empty when the fact is not among the rows. A cause is always older than its
 * effect, so a file in which it is not ends the chain instead of running in circles.
 */
export function chainOf(facts: FactIndex, fact: number): EventRow[] {
  const chain: EventRow[] = [];
  let event = facts.get(fact);
  while (event !== undefined) {
    chain.push(event);
    const cause = event.cause;
    event = cause >= 0 && cause < event.fact ? facts.get(cause) : undefined;
  }
  return chain.reverse();
}

/** The fact as a sentence: "Pod/default/web-1 received SIGTERM". */
export function factSentence({ kind, object, detail }: EventRow): string {
  const sentence = SENTENCES.get(kind) ?? "{subject}: {kind} {detail}";
  const values: Readonly<Record<string, string>> = { subject: object, detail, kind };
  return printable(sentence.replace(/\{(subject|detail|kind)\}/g, (_, name: string) => values[name] ?? "")).trim();
}

/** Who recorded it, unless it is the object itself, and the number of the row. */
function sourceText({ component, object, fact }: EventRow): string {
  return component.startsWith(object) ? `fact ${fact}` : `${printable(component)}, fact ${fact}`;
}

/** One line a fact: when, how long after the first, what, who; then the effect that is to be explained. */
export function chainLines(
  chain: readonly EventRow[],
  effect: { readonly t: Micros; readonly text: string },
  indent: string,
): string[] {
  const root = chain[0]?.t ?? effect.t;
  const rows = chain.map((event, index) => [
    momentText(event.t),
    index === 0 ? "" : offsetText(event.t - root),
    `${factSentence(event)}  (${sourceText(event)})`,
  ]);
  return textTable(
    [...rows, [momentText(effect.t), chain.length === 0 ? "" : offsetText(effect.t - root), effect.text]],
    ["right", "right"],
    indent,
  );
}

/** What is explained may have begun before its cause, as a request does over which a connection breaks. */
function offsetText(span: Micros): string {
  return span < 0 ? spanText(span) : `+${spanText(span)}`;
}
