/**
 * What every server half of a program has: the attempts that it has accepted, the connections that stay open behind them,
 * and how its end ends both. How it comes by its answers is for those who extend it to say.
 */
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import type { Connection, KeptConnections } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import type { Cause } from "../model/outcome.js";
import type { HealthEndpoint } from "../model/verdict.js";
import { InFlight } from "./in-flight.js";
import type { ServerHalf } from "./program.js";
import type { AcceptedAttempt } from "./server.js";

export abstract class HttpServer implements ServerHalf {
  readonly speaks = "http";
  readonly protocol: Protocol = "TCP";
  health: HealthEndpoint | null = null;
  /** Requests accepted so far. */
  accepted = 0;
  /** Of these, requests over a connection that was open already. */
  reused = 0;
  protected readonly attempts = new InFlight<AcceptedAttempt>();
  private readonly connections: Connection[] = [];
  readonly kept: KeptConnections = {
    add: (connection) => this.connections.push(connection),
    remove: (connection) => {
      const place = this.connections.indexOf(connection);
      if (place >= 0) this.connections.splice(place, 1);
    },
  };

  constructor(readonly pod: string) {}

  get inFlight(): number {
    return this.attempts.length;
  }

  /** None waits, unless a server lets them. */
  get queued(): number {
    return 0;
  }

  accept(attempt: AcceptedAttempt): Micros {
    this.accepted++;
    if (attempt.reused) this.reused++;
    this.attempts.add(attempt);
    return this.serve(attempt);
  }

  /** When the answer to what was accepted leaves, or PENDING. */
  protected abstract serve(attempt: AcceptedAttempt): Micros;

  abstract drainedAt(now: Micros, drained: () => void): Micros;

  release(attempt: AcceptedAttempt): void {
    this.attempts.remove(attempt);
  }

  stopAccepting(now: Micros, fact: FactId): void {
    for (const attempt of this.attempts.snapshot()) if (attempt.acceptAt > now) attempt.refused();
    for (const connection of [...this.connections]) {
      connection.endedBy(connection.path.length, "fin", now, "killed-in-flight", fact);
    }
  }

  exit(cause: Cause, fact: FactId): void {
    for (const attempt of this.attempts.snapshot()) attempt.connectionEnded("fin", cause, fact);
  }

  powerOff(now: Micros, fact: FactId): void {
    for (const attempt of this.attempts.snapshot()) attempt.connectionEnded("silence", "node-down", fact);
    for (const connection of this.connections) {
      connection.endedBy(connection.path.length, "silence", now, "node-down", fact);
    }
  }
}
