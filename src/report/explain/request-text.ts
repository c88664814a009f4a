/** The explanation of a request as lines for a terminal. */
import type { Micros } from "../../engine/duration.js";
import { formatAddress } from "../../model/address.js";
import { CAUSES } from "../../model/outcome.js";
import type { RequestRow } from "../../model/result.js";
import { momentText, spanText } from "../figure-text.js";
import { printable } from "../printable.js";
import { wrap } from "../wrap.js";
import { chainLines, factSentence } from "./fact-chain.js";
import { type RequestExplanation, requestName } from "./request.js";

const WIDTH = 100;

type Pair = readonly [name: string, text: string];

export function requestLines(explanation: RequestExplanation): string[] {
  const { request } = explanation;
  const pairs: Pair[] = [
    ["client", clientText(request)],
    ...dnsPairs(request),
    ["went to", destinationText(request)],
    ...basisPairs(explanation),
    ...outdatedPairs(request),
    ...replacedPairs(explanation),
    ...CAUSES.filter(({ name }) => name === request.cause).map(
      ({ name, sentence }): Pair => ["means", `${name}: ${sentence}`],
    ),
  ];
  return [
    `Request ${requestName(request)}, attempt ${request.attempt}, sent at ${momentText(request.t)}: ${request.outcome} after ${spanText(request.latency)}`,
    ...pairs.flatMap(([name, text]) => wrap(text, WIDTH, `  ${name.padEnd(8)}  `)),
    ...(request.outcome === "ok" ? [] : ["  how it came to this, from the root:", ...reasonLines(explanation)]),
  ];
}

function reasonLines({ request, chain }: RequestExplanation): string[] {
  if (request.causeFact < 0) return ["    no fact was recorded as its cause"];
  if (chain.length === 0) return [`    fact ${request.causeFact} is not in events.csv`];
  const effect = { t: request.t, text: `request ${requestName(request)} is sent → ${request.outcome}` };
  return chainLines(chain, effect, "    ");
}

function clientText(request: RequestRow): string {
  const node = request.clientNode === "" ? "" : ` on ${request.clientNode}`;
  const zone = request.clientZone === "" ? "" : ` (zone ${request.clientZone})`;
  return printable(`${whoText(request.clientPod, "client")}${node}${zone} called ${request.target}`);
}

/** Whoever is outside the cluster is no pod. */
function whoText(pod: string, outside: string): string {
  return pod === "outside" ? `a ${outside} outside the cluster` : `pod ${pod}`;
}

function dnsPairs(request: RequestRow): Pair[] {
  if (Number.isNaN(request.dnsAnsweredAt)) return [];
  const address = request.resolvedAddress > 0 ? formatAddress(request.resolvedAddress) : "no address";
  const age = before(request.t - request.dnsAnsweredAt);
  return [["DNS", `answered at ${momentText(request.dnsAnsweredAt)} with ${address}, ${age}`]];
}

function destinationText(request: RequestRow): string {
  const address = request.endpointAddress > 0 ? request.endpointAddress : request.resolvedAddress;
  if (!(address > 0)) return "no address: the connection was never tried";
  const pod = request.endpointPod === "" ? "no pod" : whoText(request.endpointPod, "host");
  const node = request.endpointNode === "" ? "" : ` on ${request.endpointNode}`;
  return printable(`${formatAddress(address)}: ${pod}${node}`);
}

/** The rule or answer that was acted on. */
function basisPairs({ request, basis }: RequestExplanation): Pair[] {
  const made = basis === null ? "" : `fact ${basis.fact} of ${momentText(basis.t)}: ${factSentence(basis)}`;
  if (Number.isNaN(request.rulesSyncedAt)) return basis === null ? [] : [["acted on", made]];
  const where = request.clientNode === "" ? "" : ` on ${printable(request.clientNode)}`;
  const from = basis === null ? "" : `, made from ${made}`;
  return [["acted on", `rules programmed${where} at ${momentText(request.rulesSyncedAt)}${from}`]];
}

/** Since when it was out of date. */
function outdatedPairs(request: RequestRow): Pair[] {
  if (Number.isNaN(request.supersededAt)) return [];
  const age = request.t - request.supersededAt;
  const words = age >= 0 ? "in the API since" : "already, but the API knew it only at";
  return [["outdated", `${words} ${momentText(request.supersededAt)}, ${before(age)}`]];
}

/** When the client's node stopped sending to this pod. */
function replacedPairs({ request, replaced }: RequestExplanation): Pair[] {
  if (replaced === null) return [];
  const node = printable(request.clientNode);
  if (Number.isNaN(replaced.rulesAppliedAt))
    return [["replaced", `not before the run ended: ${node} still sent to the pod`]];
  const slack = Number.isNaN(replaced.slack) ? "" : `; margin ${spanText(replaced.slack)}`;
  const at = `${momentText(replaced.rulesAppliedAt)}, ${before(request.t - replaced.rulesAppliedAt)}`;
  return [["replaced", `${node} stopped sending to the pod at ${at}${slack}`]];
}

function before(age: Micros): string {
  return age >= 0 ? `${spanText(age)} before the request` : `${spanText(-age)} after the request`;
}
