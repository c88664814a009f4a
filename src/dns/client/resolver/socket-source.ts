/** Which socket a try is made from. */
import type { UdpSocket } from "../../../network/udp-socket.js";
import type { ResolverProcess } from "./resolver-process.js";

export interface SocketSource {
  /** The socket for a try with this nameserver (its place in resolv.conf). */
  open(nameserver: number): UdpSocket;
  /** The try is over; `heard`: the nameserver has replied, whatever it said. */
  release(nameserver: number, socket: UdpSocket, heard: boolean): void;
  /** The lookup is over. */
  closeAll(): void;
}

/** A socket for each try, as Go has it. */
export class FreshSockets implements SocketSource {
  constructor(private readonly process: ResolverProcess) {}

  open(): UdpSocket {
    return this.process.transport.open();
  }

  release(_nameserver: number, socket: UdpSocket): void {
    this.process.transport.close(socket);
  }

  closeAll(): void {}
}

/** One socket per nameserver for all questions of a lookup, given up when the nameserver is silent, as c-ares has it. */
export class SharedSockets implements SocketSource {
  private readonly sockets: (UdpSocket | null)[];
  /** Tries that wait for a reply: a socket that was given up is closed with the last of them. */
  private readonly waiting = new Map<UdpSocket, number>();

  constructor(private readonly process: ResolverProcess) {
    this.sockets = process.resolvConf.nameservers.map(() => null);
  }

  open(nameserver: number): UdpSocket {
    const socket = this.sockets[nameserver] ?? this.process.transport.open();
    this.sockets[nameserver] = socket;
    this.waiting.set(socket, (this.waiting.get(socket) ?? 0) + 1);
    return socket;
  }

  release(nameserver: number, socket: UdpSocket, heard: boolean): void {
    const others = (this.waiting.get(socket) ?? 0) - 1;
    this.waiting.set(socket, others);
    if (!heard && this.sockets[nameserver] === socket) this.sockets[nameserver] = null;
    if (others === 0 && this.sockets[nameserver] !== socket) this.process.transport.close(socket);
  }

  closeAll(): void {
    for (const [nameserver, socket] of this.sockets.entries()) {
      if (socket !== null) this.process.transport.close(socket);
      this.sockets[nameserver] = null;
    }
  }
}
