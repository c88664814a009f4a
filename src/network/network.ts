/**
 * The network: who holds which address, the rules on the way, and what becomes of a packet (walk.ts).
 *
 * Pods reach each other without NAT, over ranges that do not overlap. A ClusterIP is no address that anybody holds: it
 * exists only in translators.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Flow, Place, TrackedHop } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import type { PathRule, Verdict } from "../model/verdict.js";
import { AddressHolders } from "./address-holders.js";
import { type AnswerWatcher, AnswerWatches } from "./answer-watches.js";
import type { Host } from "./host.js";
import type { ZonePlace } from "./place.js";
import type { ClusterTopology } from "./topology.js";
import { Walk } from "./walk.js";

export class Network {
  private readonly watches = new AnswerWatches();
  private readonly holders = new AddressHolders((address) => this.watches.changed(address));
  private readonly pathRules: PathRule[] = [];
  private readonly walk: Walk;

  constructor(readonly topology: ClusterTopology) {
    this.walk = new Walk(this.holders, this.pathRules, topology.outside);
    for (const node of topology.nodes) this.assign(node.address, node);
  }

  /** Gives an address to a pod (CNI ADD). */
  attach(address: Address, pod: string, place: Place): Host {
    return this.holders.attach(address, pod, place);
  }

  /**
   * Takes a pod's address away (CNI DEL). `neighbourFailsAt` is when its node will have noticed that nobody answers
   * at the address.
   */
  detach(host: Host, now: Micros, neighbourFailsAt: Micros): void {
    this.holders.detach(host, now, neighbourFailsAt);
  }

  /** The host that holds the address now; null when none does. */
  holder(address: Address): Host | null {
    return this.holders.present(address);
  }

  /** Gives an address to a place itself, instead of whichever has it now: packets to it come there and are sent on. */
  assign(address: Address, place: Place): void {
    this.holders.assign(address, place);
  }

  /**
   * Gives a place an address of its own, for packets to one port that stand there. They reach it before any translator:
   * no DNAT, no connection tracking, even when it is the address of a Service. While nobody listens they are refused.
   */
  attachLocal(place: ZonePlace, address: Address, port: number, pod: string): Host {
    return this.holders.attachLocal(place, address, port, pod);
  }

  /** Takes it away again: packets to the address pass the translator. */
  detachLocal(host: Host): void {
    this.holders.detachLocal(host);
  }

  /** The host that a place has for itself at this address and port; null when there is none. */
  localHolder(place: Place, address: Address, port: number, protocol: Protocol): Host | null {
    return this.holders.localHost(place, address, port, protocol);
  }

  /** Adds a rule for every leg from now on, behind those that were added earlier. */
  addRule(rule: PathRule): void {
    this.pathRules.push(rule);
    this.watches.allChanged();
  }

  /** Takes a rule away again; nothing happens when it is not there. */
  removeRule(rule: PathRule): void {
    const index = this.pathRules.indexOf(rule);
    if (index < 0) return;
    this.pathRules.splice(index, 1);
    this.watches.allChanged();
  }

  /**
   * A place loses its power, because of `fact`: packets that come there are lost, and nothing comes back any more over the
   * connections that go through it.
   */
  powerOff(place: ZonePlace, now: Micros, fact: FactId): void {
    place.downFact = fact;
    const servedHere = ({ endpoint }: TrackedHop): boolean => this.holders.host(endpoint)?.place === place;
    place.connections?.end("silence", now, "node-down", fact, servedHere);
    place.connections?.end("silence", now, "transit-down", fact, (entry) => !servedHere(entry));
    this.watches.allChanged();
  }

  /**
   * Tells the watcher, within the event, when what answers at an address may have changed: who holds the address, who listens
   * there, what its health endpoint says, the power of a node, the rules of any path. What a listener foresees
   * (`nextProbeChange`) and what a translator does is not told.
   */
  watch(address: Address, watcher: AnswerWatcher): void {
    this.watches.add(address, watcher);
  }

  /** Nothing happens when it does not watch there. */
  unwatch(address: Address, watcher: AnswerWatcher): void {
    this.watches.remove(address, watcher);
  }

  /**
   * Whether each packet like this one, for which `verdict` was made, fares as it did until a watcher of its destination is
   * told otherwise: no translator has decided about it, and no path rule draws. Where that is not so, only asking tells.
   */
  isForeseen(flow: Flow, verdict: Verdict): boolean {
    return this.walk.isForeseen(flow, verdict);
  }

  /** The way of one new connection (or datagram), now. Fills `verdict`; allocates nothing. */
  connect(flow: Flow, verdict: Verdict, now: Micros): void {
    this.walk.connect(flow, verdict, now);
  }

  /**
   * The way of a later packet of a flow that has its path; fills `verdict`. False when a place has forgotten the flow, or is
   * not the one that it went through: from there on the packet is routed as if it began a flow, with the draw of `flow`.
   */
  follow(flow: Flow, path: readonly TrackedHop[], verdict: Verdict, now: Micros): boolean {
    return this.walk.follow(flow, path, verdict, now);
  }

  /** Whether a path rule loses the packet that answers one with this verdict, on any leg of its way back. */
  losesReply(flow: Flow, verdict: Verdict, now: Micros): boolean {
    return this.walk.losesReply(flow, verdict, now);
  }
}
