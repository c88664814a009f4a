/** Explanations as lines for a terminal. */
import type { Micros } from "../../engine/duration.js";
import type { EventRow, TerminationRow } from "../../model/result.js";
import { groupedCount, momentText, spanText } from "../figure-text.js";
import { printable } from "../printable.js";
import { textTable } from "../table.js";
import { observerText } from "../verdict-slack.js";
import type { EventExplanation, FactGroup } from "./event.js";
import { factSentence } from "./fact-chain.js";
import { type RequestExplanation, requestName } from "./request.js";
import { requestLines } from "./request-text.js";
import type { FailureGroup, TopExplanation } from "./top.js";

/** Terminations of an event that are shown. */
const MOST_TERMINATIONS = 10;

/** Of the attempts of a request, an empty line between them. */
export function requestText(explanations: readonly RequestExplanation[]): string[] {
  return explanations.flatMap((each, index) => [...(index === 0 ? [] : [""]), ...requestLines(each)]);
}

/** The groups as a table, then the first request of the largest. */
export function topText({ requests, failures, groups, rest, worst }: TopExplanation): string[] {
  if (failures === 0) return [`No request in requests.csv failed (${groupedCount(requests)} rows).`];
  const header = ["failed", "cause", "endpoint", "client's node", "from", "to", "root", "first request"];
  return [
    `${groupedCount(failures)} failed requests in requests.csv, by cause, endpoint and client's node:`,
    ...textTable([header, ...groups.map(groupCells)], ["right", "left", "left", "left", "right", "right"], "  "),
    ...(rest.failures === 0
      ? []
      : [`  and ${groupedCount(rest.failures)} in ${groupedCount(rest.groups)} smaller groups`]),
    ...(worst === null ? [] : ["", ...requestLines(worst)]),
  ];
}

export function eventText({ event, facts, terminations, failedRequests }: EventExplanation): string[] {
  return [
    `${printable(event.object)} at ${momentText(event.t)}: ${factSentence(event)}`,
    ...factLines(facts, event.t),
    ...terminationLines(terminations, event.t),
    `  ${groupedCount(failedRequests)} failed requests in requests.csv have it at their root`,
  ];
}

function groupCells({ first, count, last, root }: FailureGroup): string[] {
  return [
    groupedCount(count),
    first.cause,
    printable(first.endpointPod || "–"),
    printable(first.clientNode || "–"),
    momentText(first.t),
    momentText(last),
    rootName(root),
    requestName(first),
  ];
}

/** Name of a churn event; what the root is when it is none. */
function rootName(root: EventRow | null): string {
  if (root === null) return "–";
  return root.kind === "churn" ? printable(root.object) : factSentence(root);
}

function factLines(facts: readonly FactGroup[], since: Micros): string[] {
  if (facts.length === 0) return ["  nothing followed from it"];
  const rows = facts.map(({ kind, count, first, last }) => [
    groupedCount(count),
    printable(kind),
    `+${spanText(first.t - since)}`,
    `+${spanText(last - since)}`,
    factSentence(first),
  ]);
  const header = ["facts", "kind", "first", "last", "first of them"];
  return textTable([header, ...rows], ["right", "left", "right", "right"], "  ");
}

function terminationLines(terminations: readonly TerminationRow[], since: Micros): string[] {
  if (terminations.length === 0) return [];
  const shown = terminations.slice(0, MOST_TERMINATIONS);
  const rows = shown.map((row) => [
    printable(row.pod),
    observerText(row.observer),
    `+${spanText(row.stopsAcceptingAt - since)}`,
    `+${spanText(row.rulesAppliedAt - since)}`,
    spanText(row.slack),
    groupedCount(row.failedRequests),
  ]);
  const header = ["pod", "observer", "stops accepting", "last sent to", "margin", "failed"];
  return [
    `  terminations, the ${shown.length} tightest of ${groupedCount(terminations.length)}:`,
    ...textTable([header, ...rows], ["left", "left", "right", "right", "right", "right"], "  "),
  ];
}
