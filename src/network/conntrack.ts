/**
 * UDP connection tracking: what a node's kernel remembers of the datagrams of one process.
 *
 * NAT is decided once per flow. The first datagram that leaves a socket for a Service is given an endpoint, and all that
 * follow go there, whatever the rules say by then, until the entry has expired or kube-proxy has deleted it (`moved`). An entry
 * lives for 30 s after the last packet, and for 120 s once a datagram has followed a reply more than two seconds after
 * the first one (measured on Linux 6.18; net/netfilter/nf_conntrack_proto_udp.c). A rejected datagram leaves no entry.
 *
 * Entries belong to the sockets of the process, because only these find them; nothing happens while nobody looks. Those of
 * a closed socket are dropped: its port is never used again by this model. Sockets and entries are pooled.
 */
import { type Micros, SECOND } from "../engine/duration.js";
import { NO_FACT } from "../engine/facts.js";
import { bits, type Key, uniform } from "../engine/random.js";
import type { Address } from "../model/address.js";
import type { Flow } from "../model/flow.js";
import { Action, type Verdict } from "../model/verdict.js";
import type { Network } from "./network.js";
import { RULE_CONNTRACK_RACE } from "./rule.js";
import { TrackedFlow, UdpSocket } from "./udp-socket.js";
import { isTranslated, pathOf } from "./verdict.js";

/** net.netfilter.nf_conntrack_udp_timeout. */
export const UDP_TIMEOUT: Micros = 30 * SECOND;
/** net.netfilter.nf_conntrack_udp_timeout_stream. */
export const UDP_STREAM_TIMEOUT: Micros = 120 * SECOND;
/** A flow that is still active so long after its first datagram is a stream. */
export const STREAM_AFTER: Micros = 2 * SECOND;

const TRANSLATIONS_STEP = 4294967296;
const SOCKETS = 2097152;

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
  /** Sockets opened so far. */
  private opened = 0;
  private readonly closed: UdpSocket[] = [];
  private readonly unused: TrackedFlow[] = [];

  constructor(private readonly options: UdpConntrackOptions) {}

  /** A new socket, with a port that none before had. */
  open(): UdpSocket {
    const socket = this.closed.pop() ?? new UdpSocket();
    socket.number = this.opened++;
    socket.lost = 0;
    return socket;
  }

  /**
   * The socket's port will not be used again. The object will be, under another number: whoever keeps it beyond this
   * compares numbers.
   */
  close(socket: UdpSocket): void {
    if (socket.number < 0) return;
    socket.number = -1;
    for (let each = socket.flows; each !== null; each = each.next) this.unused.push(each);
    socket.flows = null;
    this.closed.push(socket);
  }

  /**
   * The way of a datagram that leaves `socket` now. Fills the verdict; sets `flow.choice`. A datagram whose
   * verdict is `blackHole` may still have made or refreshed an entry.
   */
  send(socket: UdpSocket, flow: Flow, verdict: Verdict, now: Micros): void {
    const { network } = this.options;
    // an address of the node itself takes the datagram before connection tracking
    const local = network.localHolder(flow.source, flow.destination, flow.port, flow.protocol);
    const entry = local === null ? this.entryOf(socket, flow, now) : null;
    if (entry === null) {
      flow.choice = this.draw(socket, socket.lost);
      network.connect(flow, verdict, now);
    } else {
      // for the case that the entry is no more
      flow.choice = this.draw(socket, socket.lost + 1);
      if (network.follow(flow, entry.path, verdict, now)) {
        if (now === entry.createdAt && this.losesRace(socket, flow.destination)) lose(verdict);
        else entry.expiresAt = expiryOf(entry.createdAt, entry.replied, now);
        return;
      }
      this.forget(socket, entry);
    }
    if (isTranslated(verdict)) this.add(socket, flow, verdict, now);
  }

  /** A reply from `destination` has come back to the node of this socket. */
  replied(socket: UdpSocket, destination: Address, port: number, now: Micros): void {
    for (let each = socket.flows; each !== null; each = each.next) {
      if (each.destination !== destination || each.port !== port || each.expiresAt <= now) continue;
      each.expiresAt = expiryOf(each.createdAt, each.replied, now);
      each.replied = true;
    }
  }

  private draw({ number }: UdpSocket, lost: number): number {
    return uniform(this.options.choice, number + TRANSLATIONS_STEP * lost);
  }

  /** The entry of the socket for this destination; one that has expired is dropped. */
  private entryOf(socket: UdpSocket, { destination, port }: Flow, now: Micros): TrackedFlow | null {
    for (let each = socket.flows; each !== null; each = each.next) {
      if (each.destination !== destination || each.port !== port) continue;
      if (each.expiresAt > now) return each;
      this.forget(socket, each);
      return null;
    }
    return null;
  }

  /** The socket has lost its entry. */
  private forget(socket: UdpSocket, entry: TrackedFlow): void {
    let previous = socket.flows === entry ? null : socket.flows;
    while (previous !== null && previous.next !== entry) previous = previous.next;
    if (previous === null) socket.flows = entry.next;
    else previous.next = entry.next;
    this.unused.push(entry);
    socket.lost++;
  }

  private add(socket: UdpSocket, flow: Flow, verdict: Verdict, now: Micros): void {
    const entry = this.unused.pop() ?? new TrackedFlow();
    entry.destination = flow.destination;
    entry.port = flow.port;
    pathOf(flow, verdict, now, entry.path);
    entry.createdAt = now;
    entry.expiresAt = now + UDP_TIMEOUT;
    entry.replied = false;
    entry.next = socket.flows;
    socket.flows = entry;
  }

  private losesRace(socket: UdpSocket, destination: Address): boolean {
    const { race } = this.options;
    if (race === undefined || race.loss === 0) return false;
    const pair = bits(race.key, destination) * SOCKETS + (socket.number % SOCKETS);
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
