/**
 * UDP connection tracking: what a node's kernel remembers of the datagrams of one process.
 *
 * NAT is decided once per flow. The first datagram that leaves a socket for a Service is given an endpoint, and all that
 * follow go there, whatever the rules say by then, until the entry has expired or kube-proxy has deleted it (`moved`). An entry
 * lives for 30 s after the last packet, and for 120 s once a datagram has followed a reply more than two seconds after
 * the first one (measured on Linux 6.18; net/netfilter/nf_conntrack_proto_udp.c). A rejected datagram leaves no entry.
 *
 * The table is per process, because only its own sockets find its entries; nothing happens while nobody looks. A closed
 * socket's entry is dropped: its port is never used again by this model.
 */
import { type Micros, SECOND } from "../engine/duration.js";
import { NO_FACT } from "../engine/facts.js";
import { bits, type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Flow, TrackedHop } from "../model/flow.js";
import { Action, type Verdict } from "../model/verdict.js";
import type { Network } from "./network.js";
import { RULE_CONNTRACK_RACE } from "./rule.js";
import { isTranslated, pathOf } from "./verdict.js";

/** net.netfilter.nf_conntrack_udp_timeout. */
export const UDP_TIMEOUT: Micros = 30 * SECOND;
/** net.netfilter.nf_conntrack_udp_timeout_stream. */
export const UDP_STREAM_TIMEOUT: Micros = 120 * SECOND;
/** A flow that is still active so long after its first datagram is a stream. */
export const STREAM_AFTER: Micros = 2 * SECOND;

const TRANSLATIONS_STEP = 4294967296;
const SOCKETS = 2097152;

interface TrackedFlow {
  /** Address and port that the client sends to. */
  readonly destination: Address;
  readonly port: number;
  /** Where its datagrams go, and through which places. */
  readonly path: readonly TrackedHop[];
  readonly createdAt: Micros;
  expiresAt: Micros;
  replied: boolean;
  /** Next entry of the same socket, for another destination. */
  next: TrackedFlow | null;
}

export interface UdpConntrackOptions {
  readonly network: Network;
  /** Draws of the endpoint, one a socket; those of later entries of a socket are other ones. */
  readonly choice: Key;
  /**
   * Probability that the second of two datagrams that leave one socket at the same instant loses the race for the
   * conntrack entry and is dropped, and the key of its draws, one a socket and destination. Default 0.
   */
  readonly race?: { readonly loss: number; readonly key: Key };
}

/** When an entry expires after one more packet at `now`. */
export function expiryOf(createdAt: Micros, replied: boolean, now: Micros): Micros {
  return now + (replied && now > createdAt + STREAM_AFTER ? UDP_STREAM_TIMEOUT : UDP_TIMEOUT);
}

export class UdpConntrack {
  private readonly sockets = new Map<number, TrackedFlow>();
  /** Entries that sockets which are open have lost; their next one draws anew. */
  private readonly lost = new Map<number, number>();

  constructor(private readonly options: UdpConntrackOptions) {}

  /** Entries of all sockets. */
  get size(): number {
    let size = 0;
    for (const first of this.sockets.values())
      for (let each: TrackedFlow | null = first; each; each = each.next) size++;
    return size;
  }

  /**
   * Walks the rules for a datagram that leaves `socket` now. Fills the verdict; sets `flow.choice`. A datagram whose
   * verdict is `blackHole` may still have made or refreshed an entry.
   */
  send(flow: Flow, socket: number, verdict: Verdict, now: Micros): void {
    const { network } = this.options;
    // an address of the node itself takes the datagram before connection tracking
    const local = network.localHolder(flow.source, flow.destination, flow.port, flow.protocol);
    const entry = local === null ? this.entryOf(flow, socket, now) : null;
    if (entry !== null) {
      if (network.follow(flow, entry.path, verdict, now)) {
        if (now === entry.createdAt && this.losesRace(flow.destination, socket)) lose(verdict);
        else entry.expiresAt = expiryOf(entry.createdAt, entry.replied, now);
        return;
      }
      this.forget(entry, socket);
    }
    flow.choice = uniform(this.options.choice, socket + TRANSLATIONS_STEP * (this.lost.get(socket) ?? 0));
    network.connect(flow, verdict, now);
    if (isTranslated(verdict)) this.add(flow, socket, verdict, now);
  }

  /** A reply from `destination` has come back to the node of this socket. */
  replied(socket: number, destination: Address, port: number, now: Micros): void {
    for (let each = this.sockets.get(socket) ?? null; each !== null; each = each.next) {
      if (each.destination !== destination || each.port !== port || each.expiresAt <= now) continue;
      each.expiresAt = expiryOf(each.createdAt, each.replied, now);
      each.replied = true;
    }
  }

  /** The socket's port will not be used again. */
  close(socket: number): void {
    this.sockets.delete(socket);
    this.lost.delete(socket);
  }

  private entryOf({ destination, port }: Flow, socket: number, now: Micros): TrackedFlow | null {
    for (let each = this.sockets.get(socket) ?? null; each !== null; each = each.next) {
      if (each.destination !== destination || each.port !== port) continue;
      if (each.expiresAt > now) return each;
      this.forget(each, socket);
      return null;
    }
    return null;
  }

  /** The socket has lost its entry. */
  private forget(entry: TrackedFlow, socket: number): void {
    const first = this.sockets.get(socket) ?? null;
    let previous = first === entry ? null : first;
    while (previous !== null && previous.next !== entry) previous = previous.next;
    if (previous !== null) previous.next = entry.next;
    else if (entry.next !== null) this.sockets.set(socket, entry.next);
    else this.sockets.delete(socket);
    this.lost.set(socket, (this.lost.get(socket) ?? 0) + 1);
  }

  private add(flow: Flow, socket: number, verdict: Verdict, now: Micros): void {
    this.sockets.set(socket, {
      destination: flow.destination,
      port: flow.port,
      path: pathOf(flow, verdict, now),
      createdAt: now,
      expiresAt: now + UDP_TIMEOUT,
      replied: false,
      next: this.sockets.get(socket) ?? null,
    });
  }

  private losesRace(destination: Address, socket: number): boolean {
    const { race } = this.options;
    if (race === undefined || race.loss === 0) return false;
    const pair = bits(race.key, destination) * SOCKETS + (socket % SOCKETS);
    return uniform(race.key, pair) < race.loss;
  }
}

/** The datagram is dropped on the client's own node. */
function lose(verdict: Verdict): void {
  verdict.action = Action.blackHole;
  verdict.rule = RULE_CONNTRACK_RACE;
  verdict.ruleFact = NO_FACT;
  verdict.host = null;
  verdict.listener = null;
}
