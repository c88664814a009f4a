/**
 * The rules for Service addresses on one node, as of its last sync: the translator of that node. What becomes of an address
 * or port that the node does not know, and how an endpoint is chosen, is the mode's.
 */
import type { Micros } from "../../../engine/duration.js";
import { type AddressRange, contains } from "../../../model/address.js";
import {
  type Established,
  type Flow,
  type Hop,
  HopAction,
  type TrackedHop,
  type Translator,
} from "../../../model/flow.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE, RULE_UNKNOWN_SERVICE } from "../../../network/rule.js";
import { frontendAddress, NODE_ADDRESS } from "../proxied-fields.js";
import type { ProxyLog } from "../proxy-log.js";
import { type RuleTimes, type ServiceEntry, ServiceTable } from "../service-table.js";
import type { ClientPlace } from "../traffic-policy.js";
import type { ConntrackCleanup } from "./conntrack-cleanup.js";
import type { ProxyMode } from "./modes/mode.js";
import type { RuleReader } from "./rule-reader.js";

export interface ServiceRulesOptions {
  readonly log: ProxyLog;
  readonly reader: RuleReader;
  readonly mode: ProxyMode;
  /** ClusterIPs. Any other address is a Service's where a frontend says so. */
  readonly serviceRange: AddressRange;
  readonly times: RuleTimes;
  readonly place: ClientPlace;
  readonly cleanup: ConntrackCleanup;
}

export class ServiceRules implements Translator {
  private readonly table: ServiceTable;
  private reader: RuleReader;
  /** Until when a node's rules stay is known of one process only. */
  private followedAt: Micros = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ServiceRulesOptions) {
    const { log, reader, mode, times, place } = options;
    this.reader = reader;
    this.table = new ServiceTable({ log, positions: reader, times, place, choice: () => mode.choice() });
  }

  /** Another process programs the node from now on. */
  follow(reader: RuleReader, now: Micros): void {
    this.reader = reader;
    this.followedAt = now;
    this.table.follow(reader);
  }

  route(flow: Flow, _leg: number, now: Micros, hop: Hop): void {
    const entry = this.entryFor(flow, hop, now);
    if (entry === null) return;
    hop.basis = entry.basis;
    if (entry.usable.length === 0) {
      const known = entry.frontend !== null;
      hop.rule = known ? RULE_NO_ENDPOINTS : RULE_UNKNOWN_SERVICE;
      hop.action = known ? HopAction.refuse : this.options.mode.unknown(entry.state);
      return;
    }
    const endpoint = entry.choice.choose(entry, flow, now);
    hop.action = HopAction.translate;
    hop.endpoint = endpoint.address;
    hop.endpointPort = endpoint.port;
    hop.believedPod = endpoint.pod;
    hop.rule = RULE_SERVICE;
    if (entry.frontend?.address !== NODE_ADDRESS) return;
    // the answers have to come back through here
    hop.source = hop.place;
    hop.sourceAddress = flow.destination;
  }

  committed(flow: Flow, hop: Hop, now: Micros): void {
    if (hop.action !== HopAction.translate || !this.table.remembers) return;
    const entry = this.entryFor(flow, hop, now);
    entry?.choice.committed?.(entry, flow, hop, now);
  }

  /** kube-proxy deletes entries of UDP flows only, at the end of a sync; what has been found out is kept in the entry. */
  established(entry: TrackedHop, now: Micros): Established {
    const { cleanup } = this.options;
    if (entry.protocol !== "UDP" || now <= entry.checkedAt) return "keep";
    if (now < this.validUntil(entry)) return "keep";
    this.reader.settle(now);
    if (cleanup.hasDeleted(entry, entry.checkedAt, now)) return "moved";
    entry.checkedAt = now;
    entry.checkedUntil = this.reader.validUntil();
    return "keep";
  }

  validUntil(entry: TrackedHop): Micros {
    if (entry.protocol !== "UDP") return Number.POSITIVE_INFINITY;
    return entry.checkedAt >= this.followedAt ? entry.checkedUntil : Number.NEGATIVE_INFINITY;
  }

  /** Null where the rules have nothing to say. Of the Service range they say something whoever is there. */
  private entryFor(flow: Flow, { place }: Hop, now: Micros): ServiceEntry | null {
    const { serviceRange, log } = this.options;
    if (contains(serviceRange, flow.destination)) return this.table.entryFor(flow, now);
    const address = frontendAddress(flow, place);
    if (!log.isFrontend(address)) return null;
    const entry = this.table.entryFor(flow, now, address);
    return entry.frontend === null ? null : entry;
  }
}
