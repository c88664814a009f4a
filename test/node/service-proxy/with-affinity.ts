/** Clients that stay with an endpoint, whatever chooses it: the next flow of a client goes where its last one went. */
import type { Micros } from "../../../src/engine/duration.js";
import type { Address } from "../../../src/model/address.js";
import type { Flow } from "../../../src/model/flow.js";
import type { ChoiceEntry, EndpointChoice } from "../../../src/node/service-proxy/endpoint-choice.js";
import type { ProxyEndpoint } from "../../../src/node/service-proxy/endpoint-snapshot.js";

interface Last {
  readonly address: Address;
  readonly port: number;
  readonly at: Micros;
}

/** Until `timeout` has passed since its last flow, and as long as the endpoint is usable. Whoever stays takes no turn of `choice`. */
export function withAffinity(choice: EndpointChoice, timeout: Micros): EndpointChoice {
  const byClient = new Map<Address, Last>();
  const kept = ({ usable }: ChoiceEntry, { sourceAddress }: Flow, now: Micros): ProxyEndpoint | null => {
    const last = byClient.get(sourceAddress);
    if (last === undefined || now - last.at >= timeout) return null;
    return usable.find(({ address, port }) => address === last.address && port === last.port) ?? null;
  };
  return {
    choose: (entry, flow, now) => kept(entry, flow, now) ?? choice.choose(entry, flow, now),
    committed: (entry, flow, hop, now) => {
      if (kept(entry, flow, now) === null) choice.committed?.(entry, flow, hop, now);
      byClient.set(flow.sourceAddress, { address: hop.endpoint, port: hop.endpointPort, at: now });
    },
  };
}
