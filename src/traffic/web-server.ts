/**
 * The server half of an application: it serves what it accepts in a time that is drawn then, and answers 200. Only a crash
 * of either end revises it.
 */
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import type { FactId } from "../engine/facts.js";
import { uniform } from "../engine/random.js";
import type { Connection, KeptConnections } from "../model/flow.js";
import type { Protocol } from "../model/objects.js";
import type { Cause } from "../model/outcome.js";
import type { HealthEndpoint } from "../model/verdict.js";
import { InFlight } from "./in-flight.js";
import type { ServerHalf } from "./program.js";
import type { AcceptedAttempt } from "./server.js";

export class WebServer implements ServerHalf {
  readonly speaks = "http";
  readonly protocol: Protocol = "TCP";
  readonly queued = 0;
  health: HealthEndpoint | null = null;
  /** Requests accepted so far. */
  accepted = 0;
  /** Of these, requests over a connection that was open already. */
  reused = 0;
  private readonly attempts = new InFlight<AcceptedAttempt>();
  private readonly connections: Connection[] = [];
  readonly kept: KeptConnections = {
    add: (connection) => this.connections.push(connection),
    remove: (connection) => {
      const place = this.connections.indexOf(connection);
      if (place >= 0) this.connections.splice(place, 1);
    },
  };

  constructor(
    readonly pod: string,
    private readonly serviceTime: Variate,
  ) {}

  get inFlight(): number {
    return this.attempts.length;
  }

  accept(attempt: AcceptedAttempt): Micros {
    this.accepted++;
    if (attempt.reused) this.reused++;
    this.attempts.add(attempt);
    return attempt.receivedAt + this.serviceTime.quantile(uniform(attempt.serviceKey, attempt.id));
  }

  release(attempt: AcceptedAttempt): void {
    this.attempts.remove(attempt);
  }

  stopAccepting(now: Micros, fact: FactId): void {
    for (const attempt of this.attempts.snapshot()) if (attempt.acceptAt > now) attempt.refused();
    for (const connection of [...this.connections]) {
      connection.endedBy(connection.path.length, "fin", now, "killed-in-flight", fact);
    }
  }

  drainedAt(now: Micros): Micros {
    let drained = now;
    for (const { servedAt } of this.attempts) if (servedAt > drained) drained = servedAt;
    return drained;
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
