/** Why a connection failed: the mechanism, from what the network said and what the log knew at that moment. */
import { type FactId, NO_FACT } from "../engine/facts.js";
import { type BeliefSourceName, beliefSource } from "../model/belief.js";
import type { Cause } from "../model/outcome.js";
import { RULE_CAUSES } from "../network/rule.js";

/** Everything that decides a cause. */
export interface FailureEvidence {
  /** Name of the rule that ended the walk (network/rule.ts). */
  readonly rule: string;
  /** The disturbance that a path rule stands for; NO_FACT for other rules. */
  readonly ruleFact: FactId;
  /** "namespace/name" of the pod that was meant; empty when unknown. */
  readonly believedPod: string;
  /** Who held the address, if anybody ever did. */
  readonly holder: string;
  /** Why the holder does not accept; NO_FACT when it never listened. */
  readonly stopFact: FactId;
  /** The holder's node is down because of this fact; null while it runs. */
  readonly nodeDownFact: FactId | null;
  /** The log contradicted the belief at the moment of the attempt. */
  readonly contradicted: boolean;
  /** How the client came by the address that it connected to. */
  readonly knowledge: BeliefSourceName;
}

export interface Explanation {
  readonly cause: Cause;
  /** What made the answer wrong; NO_FACT when only the basis can tell. */
  readonly fact: FactId;
}

/** Order matters: the most specific mechanism first. */
export function explainFailure(evidence: FailureEvidence): Explanation {
  const { rule, ruleFact, believedPod, holder, stopFact, nodeDownFact } = evidence;
  const ruled = RULE_CAUSES.find((each) => each.rule === rule);
  if (ruled !== undefined) return { cause: ruled.cause, fact: ruleFact };
  if (nodeDownFact !== null) return { cause: "node-down", fact: nodeDownFact };
  if (believedPod !== "" && holder !== "" && holder !== believedPod) return { cause: "ip-reused", fact: NO_FACT };
  if (holder !== "" && stopFact === NO_FACT) return { cause: "not-listening-yet", fact: NO_FACT };
  // no host has ever had the address, and nobody said that one has
  if (holder === "" && believedPod === "") return { cause: "nobody-there", fact: NO_FACT };
  const { stale, forgotten } = beliefSource(evidence.knowledge);
  return { cause: forgotten || evidence.contradicted ? stale : "process-exited", fact: stopFact };
}
