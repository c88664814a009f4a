/**
 * What the rules of one node say about Service addresses, as far as the node is: a lookup in histories that exist once.
 * An entry holds for one address and port and is worked out again only when the rules may have changed.
 */
import type { Micros } from "../../engine/duration.js";
import type { Address } from "../../model/address.js";
import type { Basis, Flow } from "../../model/flow.js";
import type { Protocol } from "../../model/objects.js";
import type { ChoiceEntry, EndpointChoice } from "./endpoint-choice.js";
import type { EndpointSnapshot, ProxyEndpoint } from "./endpoint-snapshot.js";
import type { Frontend } from "./proxied-fields.js";
import type { ServiceState } from "./proxied-service.js";
import type { ProxyLog } from "./proxy-log.js";
import type { RulePositions } from "./rule-positions.js";
import type { ClientPlace } from "./traffic-policy.js";

/** When a node had programmed a snapshot of a Service; NaN when it has not. */
export interface RuleTimes {
  syncedAt(state: ServiceState, snapshot: EndpointSnapshot | null): Micros;
}

export interface ServiceTableOptions {
  readonly log: ProxyLog;
  readonly positions: RulePositions;
  readonly times: RuleTimes;
  /** Where the connections begin. */
  readonly place: ClientPlace;
  /** Made once for each address and port, and kept while the rules change. */
  readonly choice: () => EndpointChoice;
}

/** What the node's rules say about one address and port. */
export interface ServiceEntry extends ChoiceEntry {
  readonly address: Address;
  readonly port: number;
  readonly protocol: Protocol;
  readonly choice: EndpointChoice;
  /** Null when the node knows no Service that is reached there. */
  readonly frontend: Frontend | null;
  /** Null when the node knows nothing of the address or port. */
  readonly basis: Basis | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface CachedEntry extends Mutable<ServiceEntry> {
  validUntil: Micros;
  /** Positions that this was worked out at. */
  services: number;
  slices: number;
  snapshot: EndpointSnapshot | null;
}

const NO_ENDPOINTS: readonly ProxyEndpoint[] = [];

export class ServiceTable {
  private readonly entries = new Map<number, CachedEntry>();
  private recent: CachedEntry | null = null;
  private positions: RulePositions;
  private choicesRemember = false;

  constructor(private readonly options: ServiceTableOptions) {
    this.positions = options.positions;
  }

  /** Whether a choice of the table wants to hear of committed flows. */
  get remembers(): boolean {
    return this.choicesRemember;
  }

  /** The node's rules follow another reader from now on. */
  follow(positions: RulePositions): void {
    this.positions = positions;
    for (const entry of this.entries.values()) entry.validUntil = Number.NEGATIVE_INFINITY;
  }

  /**
   * What the rules in force now say about the destination of a flow, which may be found under another address
   * (`NODE_ADDRESS`). The object is reused.
   */
  entryFor({ destination, port, protocol }: Flow, now: Micros, address = destination): ServiceEntry {
    let entry = this.recent;
    if (entry === null || entry.address !== address || entry.port !== port || entry.protocol !== protocol) {
      entry = this.entryOf(address, port, protocol);
      this.recent = entry;
    }
    if (now >= entry.validUntil) this.refresh(entry, now);
    return entry;
  }

  private entryOf(address: Address, port: number, protocol: Protocol): CachedEntry {
    const key = (address * 65536 + port) * 2 + (protocol === "UDP" ? 1 : 0);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      const choice = this.options.choice();
      if (choice.committed !== undefined) this.choicesRemember = true;
      entry = {
        address,
        port,
        protocol,
        choice,
        validUntil: Number.NEGATIVE_INFINITY,
        services: -1,
        slices: -1,
        state: null,
        frontend: null,
        snapshot: null,
        usable: NO_ENDPOINTS,
        basis: null,
      };
      this.entries.set(key, entry);
    }
    return entry;
  }

  private refresh(entry: CachedEntry, now: Micros): void {
    const { log, place } = this.options;
    const { positions } = this;
    const { services, slices } = positions.cursorAt(now);
    entry.validUntil = positions.validUntil();
    // what was worked out before time zero names facts of the cluster's making: it is not reused
    const reusable = entry.services >= 0;
    if (entry.services === services && entry.slices === slices) return;
    entry.services = now < 0 ? -1 : services;
    entry.slices = now < 0 ? -1 : slices;
    const found = log.frontendAt(entry.address, entry.port, entry.protocol, services);
    const state = found?.state ?? null;
    const frontend = found?.frontend ?? null;
    const snapshot = state === null ? null : state.service.snapshotAt(slices);
    if (reusable && entry.basis !== null && state === entry.state && snapshot === entry.snapshot) return;
    entry.state = state;
    entry.snapshot = snapshot;
    entry.frontend = frontend;
    entry.usable =
      frontend === null || snapshot === null ? NO_ENDPOINTS : snapshot.usable(frontend.name, entry.protocol, place);
    entry.basis = state === null || frontend === null ? null : this.basisOf(state, snapshot);
  }

  private basisOf(state: ServiceState, snapshot: EndpointSnapshot | null): Basis {
    const { write } = snapshot ?? state;
    const { times, place } = this.options;
    const syncedAt = times.syncedAt(state, snapshot);
    return { source: "rules", holder: place.name, fact: write.fact, syncedAt, committedAt: write.time };
  }
}
