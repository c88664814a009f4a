/**
 * A UDP socket of a process: it may live for one look-up or as long as its process. What the connection tracking of the
 * places on the way remembers of its datagrams belongs to it, because nobody else's datagrams find these entries.
 */
import type { Micros } from "../engine/duration.js";
import type { Address } from "../model/address.js";
import type { TrackedHop } from "../model/flow.js";

export class UdpSocket {
  /** Stands for the source port, and keys the draws of the socket: each one of a process has another. -1 when it is closed. */
  number = -1;
  /** Entries of the socket, one a destination; the newest first. */
  flows: TrackedFlow | null = null;
  /** Entries that it has lost while it was open: the next one draws anew. */
  lost = 0;
}

/** The entry of one socket and destination. */
export class TrackedFlow {
  /** Address and port that the client sends to. */
  destination: Address = 0;
  port = 0;
  /** Where its datagrams go, and through which places. */
  readonly path: TrackedHop[] = [];
  createdAt: Micros = 0;
  expiresAt: Micros = 0;
  replied = false;
  /** Next entry of the same socket. */
  next: TrackedFlow | null = null;
}
