/** Why one request ended as it did: the rule or answer that it acted on, and the chain of causes. */
import type { EventRow, RequestRow, TerminationRow } from "../../model/result.js";
import { printable } from "../printable.js";
import { type ExplainRows, NotInResults } from "./explain-rows.js";
import { chainOf, type FactIndex, indexFacts } from "./fact-chain.js";

export interface RequestExplanation {
  readonly request: RequestRow;
  /** The write or the DNS data that was acted on; null when there was none, or when it is not among the rows. */
  readonly basis: EventRow | null;
  /** How the client's node took the end of the pod that was meant; null when it did not end, or the node never sent to it. */
  readonly replaced: TerminationRow | null;
  /** From the root to the cause of the outcome; empty when none was recorded, or when it is not among the rows. */
  readonly chain: readonly EventRow[];
}

/** "users/17": unique within a run. */
export function requestName(request: RequestRow): string {
  return printable(`${request.traffic}/${request.id}`);
}

/**
 * Of each attempt of one request. `id` is "17" or, where several traffic entries have a request 17, "users/17". Throws
 * NotInResults when there is none, or more than one.
 */
export function explainRequest(rows: ExplainRows, id: string): RequestExplanation[] {
  const found = [...rows.requests].filter(
    (request) => String(request.id) === id || `${request.traffic}/${request.id}` === id,
  );
  const entries = [...new Set(found.map(requestName))];
  if (entries.length === 0) throw new NotInResults(`request ${printable(id)} is not in requests.csv: ${held(rows)}`);
  if (entries.length > 1)
    throw new NotInResults(`request ${printable(id)} is ambiguous: write ${entries.join(" or ")}`);
  const facts = indexFacts(rows.events);
  return found.map((request) => explanationOf(rows, facts, request));
}

export function explanationOf(rows: ExplainRows, facts: FactIndex, request: RequestRow): RequestExplanation {
  const replaced = rows.terminations.find(
    ({ pod, observer }) =>
      pod === request.endpointPod && observer.kind === "node" && observer.name === request.clientNode,
  );
  return {
    request,
    basis: facts.get(request.basisFact) ?? null,
    replaced: replaced ?? null,
    chain: chainOf(facts, request.causeFact),
  };
}

function held({ requests }: ExplainRows): string {
  const all = [...requests];
  const example = all.find(({ outcome }) => outcome !== "ok") ?? all[0];
  return example === undefined
    ? "it holds no requests"
    : `it holds ${requests.length}, for instance ${requestName(example)}`;
}
