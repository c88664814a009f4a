/** A translator for tests: it decides about the addresses of Services and remembers nothing unless told how. */
import type { Micros } from "../../src/engine/duration.js";
import { contains, parseRange } from "../../src/model/address.js";
import { type Flow, type Hop, HopAction, type Translator } from "../../src/model/flow.js";

const SERVICES = parseRange("10.96.0.0/12")!;

export function serviceTranslator(
  decide: (flow: Flow, hop: Hop, now: Micros) => void,
  others: Partial<Translator> = {},
): Translator {
  return {
    route(flow, _leg, now, hop) {
      if (contains(SERVICES, flow.destination)) decide(flow, hop, now);
    },
    committed: () => {},
    established: () => "keep",
    validUntil: () => Number.POSITIVE_INFINITY,
    ...others,
  };
}

/** Sends the flow on to an endpoint. */
export function translateTo(hop: Hop, endpoint: Partial<Hop>): void {
  Object.assign(hop, { action: HopAction.translate, ...endpoint });
}
