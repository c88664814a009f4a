/**
 * The server half of an application: it serves what it accepts in a time that is drawn then, and answers 200. Only a crash
 * of either end revises it.
 */
import type { Variate } from "../engine/distribution.js";
import type { Micros } from "../engine/duration.js";
import { uniform } from "../engine/random.js";
import { HttpServer } from "./http-server.js";
import type { AcceptedAttempt } from "./server.js";

export class WebServer extends HttpServer {
  constructor(
    pod: string,
    private readonly serviceTime: Variate,
  ) {
    super(pod);
  }

  protected serve({ receivedAt, serviceKey, id }: AcceptedAttempt): Micros {
    return receivedAt + this.serviceTime.quantile(uniform(serviceKey, id));
  }

  drainedAt(now: Micros): Micros {
    let drained = now;
    for (const { servedAt } of this.attempts) if (servedAt > drained) drained = servedAt;
    return drained;
  }
}
