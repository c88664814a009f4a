/** Which socket a try is made from. */
import type { ResolverProcess } from "./resolver-process.js";

export interface SocketSource {
  /** The socket for a try with this nameserver (its place in resolv.conf). */
  open(nameserver: number): number;
  /** The try is over; `heard`: the nameserver has replied, whatever it said. */
  release(nameserver: number, socket: number, heard: boolean): void;
  /** The lookup is over. */
  closeAll(): void;
}

/** A socket for each try, as Go has it. */
export class FreshSockets implements SocketSource {
  constructor(private readonly process: ResolverProcess) {}

  open(): number {
    return this.process.openSocket();
  }

  release(_nameserver: number, socket: number): void {
    this.process.transport.close(socket);
  }

  closeAll(): void {}
}

/** One socket per nameserver for all questions of a lookup, given up when the nameserver is silent, as c-ares has it. */
export class SharedSockets implements SocketSource {
  private readonly sockets: number[];

  constructor(private readonly process: ResolverProcess) {
    this.sockets = process.resolvConf.nameservers.map(() => -1);
  }

  open(nameserver: number): number {
    const open = this.sockets[nameserver] as number;
    const socket = open < 0 ? this.process.openSocket() : open;
    this.sockets[nameserver] = socket;
    return socket;
  }

  release(nameserver: number, socket: number, heard: boolean): void {
    if (!heard && this.sockets[nameserver] === socket) this.close(nameserver);
  }

  closeAll(): void {
    for (const nameserver of this.sockets.keys()) this.close(nameserver);
  }

  private close(nameserver: number): void {
    const socket = this.sockets[nameserver] as number;
    if (socket >= 0) this.process.transport.close(socket);
    this.sockets[nameserver] = -1;
  }
}
