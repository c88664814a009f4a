/**
 * The sockets that a DNS server keeps towards one other server (plugin/pkg/proxy, CoreDNS 1.14.7). A socket carries one
 * question at a time and is used again, oldest first, until it has been idle for `expire`: it keeps its source port, so a
 * UDP socket keeps the backend that conntrack gave it.
 *
 * The time that dialling may take adapts: twice the moving average of past dials, between 1 s and 30 s.
 */
import { type Micros, SECOND } from "../../engine/duration.js";
import type { TrackedHop } from "../../model/flow.js";
import type { Listener } from "../../model/verdict.js";
import type { UdpSocket } from "../../network/udp-socket.js";

/** `expire` of the forward plugin. */
export const DEFAULT_EXPIRE: Micros = 10 * SECOND;
const SHORTEST_DIAL: Micros = SECOND;
const LONGEST_DIAL: Micros = 30 * SECOND;
const FIRST_AVERAGE: Micros = LONGEST_DIAL / 2;
const AVERAGE_WEIGHT = 4;

export interface Connection {
  readonly socket: UdpSocket;
  /** Through which places its packets go; empty for UDP, whose path connection tracking keeps, and outside the cluster. */
  readonly path: readonly TrackedHop[];
  /** Who accepted a TCP connection; null for UDP and outside the cluster. */
  readonly listener: Listener | null;
  /** When it was put back last. */
  usedAt: Micros;
}

export class Connections {
  private readonly idle: Record<"UDP" | "TCP", Connection[]> = { UDP: [], TCP: [] };
  private averageDial: Micros = FIRST_AVERAGE;

  /** The connection that has been idle longest and is still open; null when a new one is needed. */
  take(protocol: "UDP" | "TCP", now: Micros, expire: Micros): Connection | null {
    const idle = this.idle[protocol];
    for (let connection = idle.shift(); connection !== undefined; connection = idle.shift()) {
      if (now - connection.usedAt <= expire) return connection;
    }
    return null;
  }

  putBack(protocol: "UDP" | "TCP", connection: Connection, now: Micros): void {
    connection.usedAt = now;
    this.idle[protocol].push(connection);
  }

  get dialTimeout(): Micros {
    if (this.averageDial < SHORTEST_DIAL) return SHORTEST_DIAL;
    return this.averageDial < LONGEST_DIAL / 2 ? 2 * this.averageDial : LONGEST_DIAL;
  }

  dialled(duration: Micros): void {
    this.averageDial += Math.trunc((duration - this.averageDial) / AVERAGE_WEIGHT);
  }
}
