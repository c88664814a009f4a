/**
 * What lies outside the cluster has no route to ClusterIPs: they exist in the rules of nodes only, so a packet to one gets
 * no answer.
 */
import { type AddressRange, contains } from "../model/address.js";
import { type Established, type Flow, type Hop, HopAction, type Translator } from "../model/flow.js";
import { RULE_NO_ROUTE } from "./rule.js";

export class OutsideTranslator implements Translator {
  constructor(private readonly serviceRange: AddressRange) {}

  route(flow: Flow, _leg: number, _now: number, hop: Hop): void {
    if (!contains(this.serviceRange, flow.destination)) return;
    hop.action = HopAction.unknown;
    hop.rule = RULE_NO_ROUTE;
  }

  committed(): void {
    // it translates nothing
  }

  established(): Established {
    return "keep";
  }

  validUntil(): number {
    return Number.POSITIVE_INFINITY;
  }
}
