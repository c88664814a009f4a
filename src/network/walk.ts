/**
 * The walk of a packet, leg by leg. A packet stands at a place. The place's translator may send it to another endpoint, or
 * end its way. Then it goes along one leg to whoever holds that endpoint: a host, whose process listens or does not, or
 * another place, whose translator is asked in turn. Each leg has its delay and passes the path rules.
 *
 * What a dead address does is measured (bridge CNI): a reset while the sandbox lives, then silence while the node's
 * neighbour entry lives, then host unreachable 3.06 s after the SYN.
 */
import type { Micros } from "../engine/duration.js";
import { NO_FACT } from "../engine/facts.js";
import { type Key, uniform } from "../engine/random.js";
import { type Flow, type Hop, HopAction, type Place, type TrackedHop } from "../model/flow.js";
import { Action, type Leg, type PathRule, type Verdict } from "../model/verdict.js";
import type { AddressHolders } from "./address-holders.js";
import type { Host } from "./host.js";
import { RULE_ESTABLISHED, RULE_HOST, RULE_NODE_DOWN, RULE_TOO_MANY_LEGS, RULE_TRANSIT_DOWN } from "./rule.js";
import { copyTranslation, nextHop } from "./verdict.js";

/** From a SYN that finds no valid neighbour entry to host unreachable: three ARP probes (measured, Linux 6.18). */
export const NEIGHBOUR_RESOLUTION: Micros = 3_060_000;

/** A packet that has been sent on so often is going round in a circle: a load balancer, a node and a proxy need three. */
export const MAX_LEGS = 4;

/** Turns the draw of a flow into that of a later leg; the seed is in the former. */
const LEG_DRAWS: Key = { a: 0x1f83d9ab, b: 0x5be0cd19 };
const DRAW_GRID = 4294967296;

export class Walk {
  /** The packet behind its first leg, as it stands at a place. */
  private readonly packet: Flow;
  private readonly leg: { -readonly [Field in keyof Leg]: Leg[Field] };

  constructor(
    private readonly holders: AddressHolders,
    private readonly pathRules: readonly PathRule[],
    private readonly outside: Place,
  ) {
    this.packet = { source: outside, sourceAddress: 0, destination: 0, port: 0, protocol: "TCP", choice: 0, packet: 0 };
    this.leg = { index: 0, from: outside, to: outside, port: 0 };
  }

  /** The way of one new connection (or datagram), now. Fills `verdict`; allocates nothing. */
  connect(flow: Flow, verdict: Verdict, now: Micros): void {
    begin(flow, verdict);
    this.routeFrom(flow.source, flow, verdict, now);
  }

  /**
   * The way of a later packet of a flow that has its path; fills `verdict`. False when a place has forgotten the flow, or is
   * not the one that it went through: from there on the packet is routed as if it began a flow, with the draw of `flow`.
   */
  follow(flow: Flow, path: readonly TrackedHop[], verdict: Verdict, now: Micros): boolean {
    begin(flow, verdict);
    let place: Place | null = flow.source;
    for (const tracked of path) {
      if (place === null) return true;
      if (tracked.place !== place) break;
      const translated = tracked.action === HopAction.translate;
      const established = translated ? (place.translator?.established(tracked, now) ?? "keep") : "keep";
      if (established === "moved") break;
      const packet = this.packetAt(flow, verdict);
      const hop = nextHop(verdict, packet, place);
      if (translated) {
        copyTranslation(tracked, hop);
        accept(verdict, hop);
      }
      if (established !== "keep") {
        stopAt(verdict, hop, established === "rst" ? Action.refuse : Action.blackHole, RULE_ESTABLISHED);
        return true;
      }
      place = this.cross(packet, hop, verdict, now);
    }
    if (place === null) return true;
    this.routeFrom(place, flow, verdict, now);
    return false;
  }

  /** Whether a path rule loses the packet that answers one with this verdict, on any leg of its way back. */
  losesReply(flow: Flow, verdict: Verdict, now: Micros): boolean {
    if (this.pathRules.length === 0) return false;
    for (let index = 0; index < verdict.legs; index++) {
      const packet = this.standAtLeg(index, flow, verdict);
      for (const rule of this.pathRules) if (rule.losesReply?.(packet, this.leg, now) === true) return true;
    }
    return false;
  }

  /** See `Network.isForeseen`. */
  isForeseen(flow: Flow, verdict: Verdict): boolean {
    for (let index = 0; index < verdict.legs; index++) {
      if (verdict.via[index]?.action !== HopAction.pass) return false;
      const packet = this.standAtLeg(index, flow, verdict);
      for (const rule of this.pathRules) if (rule.isCertain?.(packet, this.leg) !== true) return false;
    }
    return true;
  }

  /** Sets `leg` to one that has been walked; the packet as it stood there. */
  private standAtLeg(index: number, flow: Flow, verdict: Verdict): Flow {
    const last = index + 1 === verdict.legs;
    const to = last ? verdict.host?.place : verdict.via[index + 1]?.place;
    this.setLeg(index, verdict.via[index] as Hop, to ?? null);
    return this.packetAt(flow, verdict, index);
  }

  private routeFrom(start: Place, flow: Flow, verdict: Verdict, now: Micros): void {
    let place: Place | null = start;
    while (place !== null) {
      if (verdict.legs === MAX_LEGS) {
        end(verdict, Action.blackHole, RULE_TOO_MANY_LEGS);
        return;
      }
      const packet = this.packetAt(flow, verdict);
      const hop = nextHop(verdict, packet, place);
      if (!this.translate(packet, hop, verdict, now)) return;
      place = this.cross(packet, hop, verdict, now);
    }
  }

  /** Asks the translator of the place at which the packet stands; false when that ends the walk. */
  private translate(packet: Flow, hop: Hop, verdict: Verdict, now: Micros): boolean {
    const { place } = hop;
    const { translator } = place;
    if (translator === null) return true;
    if (this.holders.localHost(place, packet.destination, packet.port, packet.protocol) !== null) return true;
    translator.route(packet, verdict.legs - 1, now, hop);
    switch (hop.action) {
      case HopAction.pass:
        return true;
      case HopAction.translate:
        accept(verdict, hop);
        translator.committed(packet, hop, now);
        return true;
      case HopAction.refuse:
        return stopAt(verdict, hop, Action.refuse, hop.rule);
      case HopAction.drop:
        return stopAt(verdict, hop, Action.blackHole, hop.rule);
      case HopAction.unknown:
        return stopAt(verdict, hop, Action.unknown, hop.rule);
      default:
        return hop.action satisfies never;
    }
  }

  /** Takes the packet along the leg that begins at `hop`: to the place that sends it on, or to its end (null). */
  private cross(packet: Flow, hop: Hop, verdict: Verdict, now: Micros): Place | null {
    const { place, endpoint, endpointPort } = hop;
    const { protocol } = packet;
    const host = this.holders.localHost(place, endpoint, endpointPort, protocol) ?? this.holders.host(endpoint);
    const to = host === null ? this.holders.place(endpoint) : host.place;
    verdict.host = host;
    hop.oneWay = place.latencyTo(to ?? place);
    verdict.oneWay += hop.oneWay;
    if (this.pathRules.length > 0) {
      this.setLeg(verdict.legs - 1, hop, to);
      for (const rule of this.pathRules) if (rule.apply(packet, this.leg, verdict, now)) return null;
    }
    verdict.rule = RULE_HOST;
    if (to === null) {
      verdict.action = Action.blackHole;
    } else if (to.downFact !== null) {
      verdict.ruleFact = to.downFact;
      end(verdict, Action.blackHole, host === null ? RULE_TRANSIT_DOWN : RULE_NODE_DOWN);
    } else if (host === null) {
      if (to !== place || hop.action !== HopAction.pass) return to;
      // it is the place's own address, and nothing there knows the port
      verdict.action = Action.refuse;
    } else if (host.removedAt <= now) {
      deadAddress(host, verdict, now);
    } else {
      verdict.listener = host.listenerAt(endpointPort, protocol);
      verdict.action = verdict.listener === null ? Action.refuse : Action.deliver;
    }
    return null;
  }

  /** The packet as it stands behind its first `index` legs. */
  private packetAt(flow: Flow, { via, legs }: Verdict, index = legs): Flow {
    if (index === 0) return flow;
    const { packet } = this;
    const last = via[index - 1] as Hop;
    packet.source = last.source;
    packet.sourceAddress = last.sourceAddress;
    packet.destination = last.endpoint;
    packet.port = last.endpointPort;
    packet.protocol = flow.protocol;
    packet.choice = uniform(LEG_DRAWS, index * DRAW_GRID + Math.floor(flow.choice * DRAW_GRID));
    packet.packet = flow.packet ?? 0;
    return packet;
  }

  private setLeg(index: number, hop: Hop, to: Place | null): void {
    const { leg } = this;
    leg.index = index;
    leg.from = hop.place;
    leg.to = to ?? this.outside;
    leg.port = hop.endpointPort;
  }
}

function begin(flow: Flow, verdict: Verdict): void {
  verdict.legs = 0;
  verdict.endpoint = flow.destination;
  verdict.endpointPort = flow.port;
  verdict.believedPod = "";
  verdict.basis = null;
  verdict.ruleFact = NO_FACT;
  verdict.host = null;
  verdict.listener = null;
  verdict.oneWay = 0;
}

/** The packet goes where a translator has sent it. */
function accept(verdict: Verdict, hop: Hop): void {
  verdict.endpoint = hop.endpoint;
  verdict.endpointPort = hop.endpointPort;
  if (hop.believedPod !== "") verdict.believedPod = hop.believedPod;
  if (hop.basis !== null) verdict.basis = hop.basis;
}

/** The place has ended the walk; its answer crosses nothing but its own place, and the legs up to there. */
function stopAt(verdict: Verdict, hop: Hop, action: Action, rule: string): false {
  if (hop.basis !== null) verdict.basis = hop.basis;
  if (verdict.legs === 1) verdict.oneWay = hop.place.latencyTo(hop.place);
  end(verdict, action, rule);
  return false;
}

function end(verdict: Verdict, action: Action, rule: string): void {
  verdict.action = action;
  verdict.rule = rule;
}

function deadAddress(host: Host, verdict: Verdict, now: Micros): void {
  if (now < host.neighbourFailsAt) {
    verdict.action = Action.blackHole;
  } else {
    verdict.action = Action.unreachable;
    verdict.unreachableAfter = NEIGHBOUR_RESOLUTION;
  }
}
