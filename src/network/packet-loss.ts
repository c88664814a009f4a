/**
 * Packet loss as a rule on the path: each datagram and each SYN is lost with a probability of its own, in each direction.
 *
 * A draw belongs to (sender, instant, packet of the instant, leg, direction), so it does not depend on who else sends. Of a
 * TCP connection only the handshake can be lost, its SYN or the answer to it, and both look alike to the client: the
 * kernel sends the SYN again. What a loss costs an established connection (a retransmission) is left out.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import { bits, type Key, uniform } from "../engine/random.js";
import type { Flow, Place } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import { Action, type Leg, type PathRule, type Verdict } from "../model/verdict.js";
import { RULE_PACKET_LOSS } from "./rule.js";

export interface PacketLossOptions {
  /** Probability in [0, 1] that a packet is lost. */
  readonly probability: number;
  /** Only packets of this protocol; null takes both. */
  readonly protocol: Protocol | null;
  /** Only packets to and from this port of the server, before or after DNAT; null takes all. */
  readonly port: number | null;
  /** Only packets on one of these paths; each is asked once, whatever the number of paths that it is on. */
  readonly paths: readonly LossyPath[];
  /** The disturbance that this is. */
  readonly fact: FactId;
  readonly keys: PacketLossKeys;
}

/** From some places to some places; null stands for any place. */
export interface LossyPath {
  readonly from: ReadonlySet<Place> | null;
  readonly to: ReadonlySet<Place> | null;
}

export interface PacketLossKeys {
  readonly sender: Key;
  readonly instant: Key;
  readonly request: Key;
  readonly reply: Key;
}

const PACKETS = 1048576;
const ADDRESSES = 4294967296;

export class PacketLoss implements PathRule {
  constructor(private readonly options: PacketLossOptions) {}

  apply(flow: Flow, leg: Leg, verdict: Verdict, now: Micros): boolean {
    const there = this.loses(flow, leg, now, false);
    // the answer to a SYN: without it the client sends its SYN again, as if that had been lost
    const lost = there || (flow.protocol === "TCP" && this.losesReply(flow, leg, now));
    if (!lost) return false;
    verdict.action = Action.blackHole;
    verdict.rule = RULE_PACKET_LOSS;
    verdict.ruleFact = this.options.fact;
    return true;
  }

  losesReply(flow: Flow, leg: Leg, now: Micros): boolean {
    return this.loses(flow, leg, now, true);
  }

  isCertain(flow: Flow, leg: Leg): boolean {
    const { probability } = this.options;
    return (
      probability === 0 || probability === 1 || !(this.concerns(flow, leg, false) || this.concerns(flow, leg, true))
    );
  }

  private concerns(flow: Flow, leg: Leg, back: boolean): boolean {
    const { protocol, port, paths } = this.options;
    if (protocol !== null && flow.protocol !== protocol) return false;
    if (port !== null && flow.port !== port && leg.port !== port) return false;
    const source = back ? leg.to : leg.from;
    const target = back ? leg.from : leg.to;
    return paths.some(({ from, to }) => (from?.has(source) ?? true) && (to?.has(target) ?? true));
  }

  private loses(flow: Flow, leg: Leg, now: Micros, back: boolean): boolean {
    const { keys, probability } = this.options;
    if (!this.concerns(flow, leg, back)) return false;
    const sender = bits(keys.sender, flow.sourceAddress + leg.index * ADDRESSES);
    const packet = (sender ^ bits(keys.instant, now)) >>> 0;
    return uniform(back ? keys.reply : keys.request, packet * PACKETS + ((flow.packet ?? 0) % PACKETS)) < probability;
  }
}
