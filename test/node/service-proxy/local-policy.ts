/** A policy that tells places apart: ready endpoints of the client's own node only. */
import type { EndpointUse } from "../../../src/model/endpoint-use.js";
import type { ClientPlace, TrafficPolicy } from "../../../src/node/service-proxy/traffic-policy.js";

export class LocalPolicy implements TrafficPolicy {
  /** How often somebody worked out what may be used from a place. */
  asked = 0;

  /** All places that are none of these are alike. */
  constructor(private readonly nodes: readonly string[]) {}

  classOf({ name }: ClientPlace): string {
    return this.nodes.includes(name) ? name : "elsewhere";
  }

  useFrom({ name }: ClientPlace): EndpointUse {
    this.asked++;
    return {
      groupOf: ({ nodeName, ready }) => (ready && nodeName === name ? 1 : 0),
      usedGroups: (present) => present,
    };
  }
}
