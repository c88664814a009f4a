/** The sockets of one CoreDNS process at one address: UDP and TCP at each of its ports. */
import type { Micros } from "../../engine/duration.js";
import type { FactId } from "../../engine/facts.js";
import type { Address } from "../../model/address.js";
import type { Question } from "../../model/dns.js";
import type { Protocol } from "../../model/objects.js";
import type { ListeningHost } from "../../model/verdict.js";
import type { Certainty, DnsListener } from "../dns-listener.js";
import type { ExpectedQuestion } from "../owed-replies.js";
import type { Reply } from "../reply.js";

/** Who answers what comes to a socket. */
export interface PortServer {
  ask(question: Question, now: Micros, source: Address, port: number): Reply | null;
  expect(expected: ExpectedQuestion, port: number): Certainty;
}

export class ServerSockets {
  private readonly listeners: PortListener[] = [];

  constructor(
    private readonly server: PortServer,
    private readonly host: ListeningHost,
  ) {}

  /** Listens on these ports, beside those that are open already. */
  open(ports: readonly number[]): void {
    for (const port of ports) {
      if (this.listeners.some((listener) => listener.port === port)) continue;
      for (const protocol of ["UDP", "TCP"] as const) {
        const listener = new PortListener(this.server, port, protocol);
        this.host.listen(port, listener);
        this.listeners.push(listener);
      }
    }
  }

  /** Closes all of them, because of `fact`. */
  close(now: Micros, fact: FactId): void {
    for (const listener of this.listeners) this.host.close(listener.port, listener, now, fact);
    this.listeners.length = 0;
  }
}

class PortListener implements DnsListener {
  readonly speaks = "dns";
  constructor(
    private readonly server: PortServer,
    readonly port: number,
    readonly protocol: Protocol,
  ) {}

  ask(question: Question, now: Micros, source: Address = 0): Reply | null {
    return this.server.ask(question, now, source, this.port);
  }

  expect(expected: ExpectedQuestion): Certainty {
    return this.server.expect(expected, this.port);
  }
}
