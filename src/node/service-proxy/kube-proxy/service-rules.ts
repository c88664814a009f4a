/**
 * The rules for Service addresses on one node, as of its last sync: the first link of the walk of a new connection.
 *
 * Both modes choose uniformly among the usable endpoints, independently per connection (pkg/proxy/iptables,
 * pkg/proxy/nftables). They differ in what becomes of an address or port that the node does not know.
 */
import type { Micros } from "../../../engine/duration.js";
import type { Address } from "../../../model/address.js";
import type { Basis, Flow } from "../../../model/flow.js";
import type { Protocol } from "../../../model/objects.js";
import type { KubeProxySettings } from "../../../model/settings.js";
import { Action, type Verdict } from "../../../model/verdict.js";
import {
  type ConntrackEntry,
  type NodeRules,
  RULE_NO_ENDPOINTS,
  RULE_SERVICE,
  RULE_UNKNOWN_SERVICE,
} from "../../../network/rule.js";
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

export class ServiceRules implements NodeRules {
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

  hasDeleted(entry: ConntrackEntry, now: Micros): boolean {
    const { cleanup } = this.options;
    if (cleanup === null || now <= entry.checkedAt) return false;
    if (now < entry.checkedUntil && entry.checkedAt >= this.followedAt) return false;
    this.reader.settle(now);
    if (cleanup.hasDeleted(entry, entry.checkedAt, now)) return true;
    entry.checkedAt = now;
    entry.checkedUntil = this.reader.validUntil();
    return false;
  }

  apply(flow: Flow, verdict: Verdict, now: Micros): boolean {
    const { destination, port, protocol } = flow;
    let entry = this.recent;
    if (entry === null || entry.address !== destination || entry.port !== port || entry.protocol !== protocol) {
      entry = this.entryOf(destination, port, protocol);
      this.recent = entry;
    }
    if (now >= entry.validUntil) this.refresh(entry, now);
    verdict.basis = entry.basis;
    const { usable } = entry;
    if (usable.length === 0) return this.refuse(entry, verdict);
    const endpoint = usable[Math.floor(flow.choice * usable.length)]!;
    verdict.endpoint = endpoint.address;
    verdict.endpointPort = endpoint.port;
    verdict.believedPod = endpoint.pod;
    verdict.rule = RULE_SERVICE;
    return false;
  }

  /** The walk ends without an endpoint: there is none, or the node does not know the address or port. */
  private refuse(entry: Entry, verdict: Verdict): boolean {
    if (entry.known) {
      verdict.rule = RULE_NO_ENDPOINTS;
      verdict.action = Action.refuse;
      return true;
    }
    verdict.rule = RULE_UNKNOWN_SERVICE;
    if (this.options.mode === "iptables") verdict.action = Action.unknown;
    else verdict.action = entry.state === null ? Action.blackHole : Action.refuse;
    return true;
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
