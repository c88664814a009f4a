/** `explain`: answers from recorded rows only, so that a user can check each of them in the files. */
import type { EventRow, RequestRow } from "../model/result.js";
import { EVENTS } from "./csv/events.js";
import { type CsvFile, readTable } from "./csv/read-table.js";
import { REQUESTS } from "./csv/requests.js";
import { TERMINATIONS } from "./csv/terminations.js";
import { type ExplainRows, requestLines, requestName } from "./explain-request.js";
import { chainOf, type FactIndex, factSentence, indexFacts } from "./fact-chain.js";
import { groupedCount, momentText, spanText } from "./figure-text.js";
import { printable } from "./printable.js";
import { textTable } from "./table.js";
import { observerText } from "./verdict-slack.js";

/** Thrown for a request or an event that the results do not hold; the message says what they do hold. */
export class NotInResults extends Error {}

/** Reads the three files that explanations need; `run` selects the repetition. */
export function readExplainRows(
  files: { readonly requests: CsvFile; readonly events: CsvFile; readonly terminations: CsvFile },
  run: number,
): ExplainRows {
  const events = readTable(EVENTS, files.events, run);
  if (events.length === 0 && run > 0)
    throw new NotInResults(`${files.events.name} holds no run ${run}: they count from 0`);
  return {
    requests: readTable(REQUESTS, files.requests, run),
    events,
    terminations: readTable(TERMINATIONS, files.terminations, run),
  };
}

/** Lines about one request. `id` is "17" or, where several traffic entries have a request 17, "users/17". */
export function explainRequest(rows: ExplainRows, id: string): string[] {
  const found = rows.requests.filter(
    (request) => String(request.id) === id || `${request.traffic}/${request.id}` === id,
  );
  const entries = [...new Set(found.map(requestName))];
  if (entries.length === 0) {
    const example = rows.requests.find((request) => request.outcome !== "ok") ?? rows.requests[0];
    const hint =
      example === undefined
        ? "it holds no requests"
        : `it holds ${rows.requests.length}, for instance ${requestName(example)}`;
    throw new NotInResults(`request ${printable(id)} is not in requests.csv: ${hint}`);
  }
  if (entries.length > 1)
    throw new NotInResults(`request ${printable(id)} is ambiguous: write ${entries.join(" or ")}`);
  const facts = indexFacts(rows.events);
  return found.flatMap((request, index) => [...(index === 0 ? [] : [""]), ...requestLines(rows, facts, request)]);
}

interface Group {
  readonly first: RequestRow;
  count: number;
  last: number;
}

/** Failures by cause, pod and client's node, the `limit` largest groups first, then the first request of the largest. */
export function explainTop(rows: ExplainRows, limit: number): string[] {
  const groups = new Map<string, Group>();
  let failures = 0;
  for (const request of rows.requests) {
    if (request.outcome === "ok") continue;
    failures++;
    const key = JSON.stringify([request.cause, request.endpointPod, request.clientNode]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: request, count: 1, last: request.t });
    else {
      group.count++;
      group.last = Math.max(group.last, request.t);
    }
  }
  if (failures === 0) return [`No request in requests.csv failed (${groupedCount(rows.requests.length)} rows).`];
  const facts = indexFacts(rows.events);
  const ordered = [...groups.values()].sort((x, y) => y.count - x.count || x.first.t - y.first.t);
  const shown = ordered.slice(0, limit);
  const header = ["failed", "cause", "endpoint", "client's node", "from", "to", "root", "first request"];
  const table = shown.map(({ first, count, last }) => [
    groupedCount(count),
    first.cause,
    printable(first.endpointPod || "–"),
    printable(first.clientNode || "–"),
    momentText(first.t),
    momentText(last),
    rootName(facts, first.causeFact),
    requestName(first),
  ]);
  const rest = ordered.slice(limit).reduce((sum, { count }) => sum + count, 0);
  const worst = shown[0];
  return [
    `${groupedCount(failures)} failed requests in requests.csv, by cause, endpoint and client's node:`,
    ...textTable([header, ...table], ["right", "left", "left", "left", "right", "right"], "  "),
    ...(rest === 0 ? [] : [`  and ${groupedCount(rest)} in ${groupedCount(ordered.length - limit)} smaller groups`]),
    ...(worst === undefined ? [] : ["", ...requestLines(rows, facts, worst.first)]),
  ];
}

/** Name of the churn event at the root of a fact; what the root is when it is no churn event. */
function rootName(facts: FactIndex, fact: number): string {
  const root = chainOf(facts, fact)[0];
  if (root === undefined) return "–";
  return root.kind === "churn" ? printable(root.object) : factSentence(root);
}

/** What one churn event led to: its facts by kind with their times, the terminations, the failed requests. */
export function explainEvent(rows: ExplainRows, name: string): string[] {
  const event = rows.events.find(({ kind, object }) => kind === "churn" && object === name);
  if (event === undefined) {
    const names = rows.events.filter(({ kind }) => kind === "churn").map(({ object }) => printable(object));
    const hint = names.length === 0 ? "it holds no churn" : `it holds ${[...new Set(names)].join(", ")}`;
    throw new NotInResults(`the churn event ${printable(name)} is not in events.csv: ${hint}`);
  }
  const consequences = consequencesOf(rows.events, event);
  const failed = rows.requests.filter(({ outcome, causeFact }) => outcome !== "ok" && consequences.has(causeFact));
  return [
    `${printable(event.object)} at ${momentText(event.t)}: ${factSentence(event)}`,
    ...kindLines([...consequences.values()], event),
    ...terminationLines(rows, consequences, event),
    `  ${groupedCount(failed.length)} failed requests in requests.csv have it at their root`,
  ];
}

/** The event and all facts that it is an ancestor of: causes are older than effects, so one pass in order finds them. */
function consequencesOf(events: readonly EventRow[], event: EventRow): Map<number, EventRow> {
  const found = new Map([[event.fact, event]]);
  for (const each of [...events].sort((x, y) => x.fact - y.fact)) {
    if (each.fact > event.fact && found.has(each.cause)) found.set(each.fact, each);
  }
  return found;
}

function kindLines(facts: readonly EventRow[], event: EventRow): string[] {
  const kinds = new Map<string, { count: number; first: EventRow; last: number }>();
  for (const fact of facts) {
    if (fact === event) continue;
    const kind = kinds.get(fact.kind);
    if (kind === undefined) kinds.set(fact.kind, { count: 1, first: fact, last: fact.t });
    else {
      kind.count++;
      kind.last = Math.max(kind.last, fact.t);
    }
  }
  if (kinds.size === 0) return ["  nothing followed from it"];
  const rows = [...kinds].map(([kind, { count, first, last }]) => [
    groupedCount(count),
    printable(kind),
    `+${spanText(first.t - event.t)}`,
    `+${spanText(last - event.t)}`,
    factSentence(first),
  ]);
  return textTable(
    [["facts", "kind", "first", "last", "first of them"], ...rows],
    ["right", "left", "right", "right"],
    "  ",
  );
}

function terminationLines(rows: ExplainRows, facts: ReadonlyMap<number, EventRow>, event: EventRow): string[] {
  const deleted = new Set(
    [...facts.values()].filter(({ kind }) => kind === "deletion-requested").map(({ object }) => object),
  );
  const concerned = rows.terminations.filter(({ pod, slack }) => deleted.has(`Pod/${pod}`) && !Number.isNaN(slack));
  if (concerned.length === 0) return [];
  const header = ["pod", "observer", "stops accepting", "last sent to", "margin", "failed"];
  const table = [...concerned]
    .sort((x, y) => x.slack - y.slack)
    .slice(0, 10)
    .map((row) => [
      printable(row.pod),
      observerText(row.observer),
      `+${spanText(row.stopsAcceptingAt - event.t)}`,
      `+${spanText(row.rulesAppliedAt - event.t)}`,
      spanText(row.slack),
      groupedCount(row.failedRequests),
    ]);
  const title = `  terminations, the ${Math.min(10, concerned.length)} tightest of ${groupedCount(concerned.length)}:`;
  return [title, ...textTable([header, ...table], ["left", "left", "right", "right", "right", "right"], "  ")];
}
