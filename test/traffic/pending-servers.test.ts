/** Servers that do not know at once when they will answer: the seam of queues and overload. Proxies are in proxies.test.ts. */
import { describe, expect, test } from "vitest";
import { MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { type AcceptedAttempt, PENDING, type Server } from "../../src/traffic/server.js";
import { address, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";
import { FRONT } from "./proxy-server.js";

const CONNECTED = 4 * SAME_ZONE;
/** The first request arrives here, and is at the server. */
const T = SECOND / 2;
const RECEIVED = T + 3 * SAME_ZONE;

abstract class Front implements Server {
  readonly speaks = "http";
  readonly protocol = "TCP";
  readonly pod = "default/front";
  readonly kept = null;
  abstract readonly inFlight: number;
  abstract readonly queued: number;
  constructor(readonly harness: TrafficHarness) {
    const host = harness.network.attach(address(FRONT), this.pod, harness.node(1));
    host.listen(8080, this);
  }
  abstract accept(attempt: AcceptedAttempt): Micros;
  abstract release(attempt: AcceptedAttempt): void;
}

/** Serves one request at a time, lets `places` wait, and answers 503 to the others. */
class QueueingServer extends Front {
  private readonly waiting: AcceptedAttempt[] = [];
  private current: AcceptedAttempt | null = null;
  readonly released: number[] = [];

  constructor(
    harness: TrafficHarness,
    private readonly places: number,
  ) {
    super(harness);
  }

  get inFlight(): number {
    return this.current === null ? 0 : 1;
  }

  get queued(): number {
    return this.waiting.length;
  }

  accept(attempt: AcceptedAttempt): Micros {
    if (this.current !== null && this.waiting.length === this.places) {
      attempt.status = 503;
      return attempt.receivedAt;
    }
    this.waiting.push(attempt);
    this.harness.context.at(attempt.receivedAt, Phase.traffic, next, this);
    return PENDING;
  }

  release(attempt: AcceptedAttempt): void {
    this.released.push(attempt.id);
    const place = this.waiting.indexOf(attempt);
    if (place >= 0) this.waiting.splice(place, 1);
    if (this.current !== attempt) return;
    this.current = null;
    this.next();
  }

  next(): void {
    if (this.current !== null) return;
    this.current = this.waiting.shift() ?? null;
    this.current?.answered(200, this.harness.simulation.now + SERVICE_TIME);
  }
}

function next(server: QueueingServer): void {
  server.next();
}

describe("a server that lets requests wait", () => {
  test("answers each when its turn has come", () => {
    const harness = new TrafficHarness();
    const server = new QueueingServer(harness, 2);
    harness.send({ rate: 1000 });
    harness.run(2.5 * MILLISECOND + CONNECTED);
    expect([server.inFlight, server.queued]).toEqual([1, 2]);
    harness.run(40 * MILLISECOND);
    const [first, second, third, fourth] = [0, 1, 2, 3].map((id) => harness.ended.find((each) => each.id === id));
    expect(first).toMatchObject({ outcome: "ok", latency: CONNECTED + SERVICE_TIME });
    // its turn comes when the one before has its answer, a way later than that has left
    expect(second?.outcome).toBe("ok");
    expect(second?.latency).toBe(2 * (SERVICE_TIME + SAME_ZONE) + 3 * SAME_ZONE - MILLISECOND);
    expect(third?.outcome).toBe("ok");
    expect(fourth).toMatchObject({ outcome: "http-error", latency: CONNECTED });
  });

  test("loses those whose clients give up meanwhile", () => {
    const harness = new TrafficHarness();
    const server = new QueueingServer(harness, 10);
    harness.send({ rate: 1000, client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(8 * MILLISECOND);
    expect(harness.ended[0]).toMatchObject({
      outcome: "request-timeout",
      cause: "slow-server",
      latency: 5 * MILLISECOND,
    });
    expect(server.released).toEqual(harness.ended.map(({ id }) => id));
  });

  test("answers nobody twice, nor one who is gone", () => {
    const harness = new TrafficHarness();
    const seen: AcceptedAttempt[] = [];
    class Silent extends Front {
      inFlight = 0;
      queued = 0;
      accept(attempt: AcceptedAttempt): Micros {
        seen.push(attempt);
        return PENDING;
      }
      release(): void {}
    }
    new Silent(harness);
    harness.send({ client: { requestTimeout: SECOND / 4 } });
    harness.run(RECEIVED + 1);
    const [attempt] = seen;
    attempt?.answered(200, RECEIVED + 1);
    expect(() => attempt?.answered(200, RECEIVED + 1)).toThrow("nobody waits");
    harness.run(SECOND);
    expect(() => attempt?.answered(200, SECOND)).toThrow("nobody waits");
    expect(harness.ended).toMatchObject([{ outcome: "ok" }]);
  });
});
