/** Why one request ended as it did: what the client did, the rule it acted on, and the chain of causes. */
import type { Micros } from "../engine/duration.js";
import { formatAddress } from "../model/address.js";
import { CAUSES } from "../model/outcome.js";
import type { EventRow, RequestRow, TerminationRow } from "../model/result.js";
import { chainLines, chainOf, type FactIndex, factSentence } from "./fact-chain.js";
import { momentText, spanText } from "./figure-text.js";
import { printable } from "./printable.js";
import { wrap } from "./wrap.js";

const WIDTH = 100;

/** Rows of one repetition, from the run itself or read back from its files. */
export interface ExplainRows {
  readonly requests: readonly RequestRow[];
  readonly events: readonly EventRow[];
  readonly terminations: readonly TerminationRow[];
}

/** "users/17": unique within a run. */
export function requestName(request: RequestRow): string {
  return printable(`${request.traffic}/${request.id}`);
}

export function requestLines(rows: ExplainRows, facts: FactIndex, request: RequestRow): string[] {
  const pairs: [string, string][] = [
    ["client", clientText(request)],
    ...(Number.isNaN(request.dnsAnsweredAt) ? [] : [["DNS", dnsText(request)] as [string, string]]),
    ["went to", destinationText(request)],
    ...basisPairs(facts, request),
    ...replacedPairs(rows.terminations, request),
    ...CAUSES.filter(({ name }) => name === request.cause).map(({ name, sentence }): [string, string] => [
      "means",
      `${name}: ${sentence}`,
    ]),
  ];
  const chain = chainOf(facts, request.causeFact);
  const effect = { t: request.t, text: `request ${requestName(request)} is sent → ${request.outcome}` };
  return [
    `Request ${requestName(request)}, attempt ${request.attempt}, sent at ${momentText(request.t)}: ${request.outcome} after ${spanText(request.latency)}`,
    ...pairs.flatMap(([name, text]) => wrap(text, WIDTH, `  ${name.padEnd(8)}  `)),
    ...(request.outcome === "ok"
      ? []
      : ["  how it came to this, from the root:", ...reasonLines(request, chain, effect)]),
  ];
}

function reasonLines(
  request: RequestRow,
  chain: readonly EventRow[],
  effect: { readonly t: Micros; readonly text: string },
): string[] {
  if (request.causeFact < 0) return ["    no fact was recorded as its cause"];
  if (chain.length === 0) return [`    fact ${request.causeFact} is not in events.csv`];
  return chainLines(chain, effect, "    ");
}

function clientText(request: RequestRow): string {
  const node = request.clientNode === "" ? "" : ` on ${request.clientNode}`;
  const zone = request.clientZone === "" ? "" : ` (zone ${request.clientZone})`;
  return printable(`pod ${request.clientPod}${node}${zone} called ${request.target}`);
}

function dnsText(request: RequestRow): string {
  const address = request.resolvedAddress > 0 ? formatAddress(request.resolvedAddress) : "no address";
  return `answered at ${momentText(request.dnsAnsweredAt)} with ${address}, ${before(request.t - request.dnsAnsweredAt)}`;
}

function destinationText(request: RequestRow): string {
  const address = request.endpointAddress > 0 ? request.endpointAddress : request.resolvedAddress;
  if (!(address > 0)) return "no address: the connection was never tried";
  const pod = request.endpointPod === "" ? "no pod" : `pod ${request.endpointPod}`;
  const node = request.endpointNode === "" ? "" : ` on ${request.endpointNode}`;
  return printable(`${formatAddress(address)}: ${pod}${node}`);
}

/** The rule or answer that was acted on, and since when it was out of date. */
function basisPairs(facts: FactIndex, request: RequestRow): [string, string][] {
  const pairs: [string, string][] = [];
  const basis = facts.get(request.basisFact);
  const made =
    basis === undefined ? "" : `, made from fact ${basis.fact} of ${momentText(basis.t)}: ${factSentence(basis)}`;
  if (!Number.isNaN(request.rulesSyncedAt)) {
    const where = request.clientNode === "" ? "" : ` on ${printable(request.clientNode)}`;
    pairs.push(["acted on", `rules programmed${where} at ${momentText(request.rulesSyncedAt)}${made}`]);
  } else if (basis !== undefined) {
    pairs.push(["acted on", `fact ${basis.fact} of ${momentText(basis.t)}: ${factSentence(basis)}`]);
  }
  if (!Number.isNaN(request.supersededAt)) {
    const age = request.t - request.supersededAt;
    const words = age >= 0 ? "in the API since" : "already, but the API knew it only at";
    pairs.push(["outdated", `${words} ${momentText(request.supersededAt)}, ${before(age)}`]);
  }
  return pairs;
}

/** When the client's node (or DNS) stopped sending to this pod. */
function replacedPairs(terminations: readonly TerminationRow[], request: RequestRow): [string, string][] {
  const row = terminations.find(
    ({ pod, observer }) =>
      pod === request.endpointPod && observer.kind === "node" && observer.name === request.clientNode,
  );
  if (row === undefined) return [];
  const node = printable(request.clientNode);
  if (Number.isNaN(row.rulesAppliedAt))
    return [["replaced", `not before the run ended: ${node} still sent to the pod`]];
  const slack = Number.isNaN(row.slack) ? "" : `; margin ${spanText(row.slack)}`;
  const delay = row.rulesAppliedAt - request.t;
  return [
    ["replaced", `${node} stopped sending to the pod at ${momentText(row.rulesAppliedAt)}, ${before(-delay)}${slack}`],
  ];
}

function before(age: Micros): string {
  return age >= 0 ? `${spanText(age)} before the request` : `${spanText(-age)} after the request`;
}
