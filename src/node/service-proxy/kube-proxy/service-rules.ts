/**
 * The rules for Service addresses on one node, as of its last sync: the translator of that node.
 *
 * Both modes choose uniformly among the usable endpoints, independently per connection (pkg/proxy/iptables,
 * pkg/proxy/nftables). They differ in what becomes of an address or port that the node does not know.
 */
import type { Micros } from "../../../engine/duration.js";
import { type Address, type AddressRange, contains } from "../../../model/address.js";
import {
  type Basis,
  type Established,
  type Flow,
  type Hop,
  HopAction,
  type TrackedHop,
  type Translator,
} from "../../../model/flow.js";
import type { Protocol } from "../../../model/objects.js";
import type { KubeProxySettings } from "../../../model/settings.js";
import { RULE_NO_ENDPOINTS, RULE_SERVICE, RULE_UNKNOWN_SERVICE } from "../../../network/rule.js";
import type { EndpointSnapshot, ProxyEndpoint } from "../endpoint-snapshot.js";
import { portOf, type ServiceState } from "../proxied-service.js";
import type { ProxyLog } from "../proxy-log.js";
import type { ConntrackCleanup } from "./conntrack-cleanup.js";
import type { RuleReader } from "./rule-reader.js";

/** When a node had programmed a snapshot of a Service; NaN when this is not recorded. */
export interface SyncTimes {
  syncedAt(state: ServiceState, snapshot: EndpointSnapshot | null): Micros;
}

export interface ServiceRulesOptions {
  readonly log: ProxyLog;
  readonly reader: RuleReader;
  readonly mode: KubeProxySettings["mode"];
  /** Addresses of Services: a packet to any other one goes on as it came. */
  readonly serviceRange: AddressRange;
  readonly times: SyncTimes;
  /** Null on a node whose syncs are not kept: its conntrack entries live until they expire. */
  readonly cleanup: ConntrackCleanup | null;
}

const NO_ENDPOINTS: readonly ProxyEndpoint[] = [];

/** What the node's rules say about one address and port; worked out again when the rules may have changed. */
interface Entry {
  readonly address: Address;
  readonly port: number;
  readonly protocol: Protocol;
  validUntil: Micros;
  /** Positions that this was worked out at. */
  services: number;
  slices: number;
  /** Null when the node has no Service at the address. */
  state: ServiceState | null;
  /** False when the Service has no such port. */
  known: boolean;
  snapshot: EndpointSnapshot | null;
  usable: readonly ProxyEndpoint[];
  basis: Basis | null;
}

export class ServiceRules implements Translator {
  private readonly entries = new Map<number, Entry>();
  private recent: Entry | null = null;
  private reader: RuleReader;
  /** Until when a node's rules stay is known of one process only. */
  private followedAt: Micros = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ServiceRulesOptions) {
    this.reader = options.reader;
  }

  /** Another process programs the node from now on. */
  follow(reader: RuleReader, now: Micros): void {
    this.reader = reader;
    this.followedAt = now;
    for (const entry of this.entries.values()) entry.validUntil = Number.NEGATIVE_INFINITY;
  }

  route(flow: Flow, _leg: number, now: Micros, hop: Hop): void {
    const { destination, port, protocol } = flow;
    if (!contains(this.options.serviceRange, destination)) return;
    let entry = this.recent;
    if (entry === null || entry.address !== destination || entry.port !== port || entry.protocol !== protocol) {
      entry = this.entryOf(destination, port, protocol);
      this.recent = entry;
    }
    if (now >= entry.validUntil) this.refresh(entry, now);
    hop.basis = entry.basis;
    const { usable } = entry;
    if (usable.length === 0) {
      this.refuse(entry, hop);
      return;
    }
    const endpoint = usable[Math.floor(flow.choice * usable.length)]!;
    hop.action = HopAction.translate;
    hop.endpoint = endpoint.address;
    hop.endpointPort = endpoint.port;
    hop.believedPod = endpoint.pod;
    hop.rule = RULE_SERVICE;
  }

  committed(): void {
    // both modes choose at random: nothing is remembered of a choice
  }

  /** kube-proxy deletes entries of UDP flows only, at the end of a sync; what has been found out is kept in the entry. */
  established(entry: TrackedHop, now: Micros): Established {
    const { cleanup } = this.options;
    if (cleanup === null || entry.protocol !== "UDP" || now <= entry.checkedAt) return "keep";
    if (now < this.validUntil(entry)) return "keep";
    this.reader.settle(now);
    if (cleanup.hasDeleted(entry, entry.checkedAt, now)) return "moved";
    entry.checkedAt = now;
    entry.checkedUntil = this.reader.validUntil();
    return "keep";
  }

  validUntil(entry: TrackedHop): Micros {
    if (this.options.cleanup === null || entry.protocol !== "UDP") return Number.POSITIVE_INFINITY;
    return entry.checkedAt >= this.followedAt ? entry.checkedUntil : Number.NEGATIVE_INFINITY;
  }

  /** The walk ends without an endpoint: there is none, or the node does not know the address or port. */
  private refuse(entry: Entry, hop: Hop): void {
    if (entry.known) {
      hop.rule = RULE_NO_ENDPOINTS;
      hop.action = HopAction.refuse;
      return;
    }
    hop.rule = RULE_UNKNOWN_SERVICE;
    if (this.options.mode === "iptables") hop.action = HopAction.unknown;
    else hop.action = entry.state === null ? HopAction.drop : HopAction.refuse;
  }

  private entryOf(address: Address, port: number, protocol: Protocol): Entry {
    const key = (address * 65536 + port) * 2 + (protocol === "UDP" ? 1 : 0);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = {
        address,
        port,
        protocol,
        validUntil: Number.NEGATIVE_INFINITY,
        services: -1,
        slices: -1,
        state: null,
        known: false,
        snapshot: null,
        usable: NO_ENDPOINTS,
        basis: null,
      };
      this.entries.set(key, entry);
    }
    return entry;
  }

  private refresh(entry: Entry, now: Micros): void {
    const { log } = this.options;
    const { reader } = this;
    const { services, slices } = reader.cursorAt(now);
    entry.validUntil = reader.validUntil();
    // what was worked out before time zero names facts of the cluster's making: it is not reused
    const reusable = entry.services >= 0;
    if (entry.services === services && entry.slices === slices) return;
    entry.services = now < 0 ? -1 : services;
    entry.slices = now < 0 ? -1 : slices;
    const state = log.serviceAt(entry.address, services);
    const port = state === null ? null : portOf(state, entry.port, entry.protocol);
    const snapshot = state === null ? null : state.service.snapshotAt(slices);
    if (reusable && entry.basis !== null && state === entry.state && snapshot === entry.snapshot) return;
    entry.state = state;
    entry.snapshot = snapshot;
    entry.known = port !== null;
    entry.usable = port === null || snapshot === null ? NO_ENDPOINTS : snapshot.usable(port.name, entry.protocol);
    entry.basis = state === null || port === null ? null : this.basisOf(state, snapshot);
  }

  private basisOf(state: ServiceState, snapshot: EndpointSnapshot | null): Basis {
    const { write } = snapshot ?? state;
    return { fact: write.fact, syncedAt: this.options.times.syncedAt(state, snapshot), committedAt: write.time };
  }
}
