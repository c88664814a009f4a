/** A mode of kube-proxy for tests: endpoints in turn, a millisecond a sync, and what it does not know is refused. */
import { SECOND } from "../../../src/engine/duration.js";
import { HopAction } from "../../../src/model/flow.js";
import type { EndpointChoice } from "../../../src/node/service-proxy/endpoint-choice.js";
import { iptables } from "../../../src/node/service-proxy/kube-proxy/modes/iptables.js";
import type { ProxyMode } from "../../../src/node/service-proxy/kube-proxy/modes/mode.js";

export const roundRobin: ProxyMode = {
  ...iptables,
  name: "round-robin",
  cost: () => 1_000,
  leastCost: 1_000,
  minSyncPeriod: () => 2 * SECOND,
  unknown: () => HopAction.refuse,
  choice: inTurn,
};

function inTurn(): EndpointChoice {
  let turn = 0;
  return {
    choose: ({ usable }) => usable[turn % usable.length]!,
    committed: () => {
      turn++;
    },
  };
}
