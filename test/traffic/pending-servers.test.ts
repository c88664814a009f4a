/** Servers that do not know at once when they will answer: the seam of queues, overload and proxies. */
import { describe, expect, test } from "vitest";
import { MILLISECOND, type Micros, SECOND } from "../../src/engine/duration.js";
import { Phase } from "../../src/engine/event-queue.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { Attempt, type AttemptOwner } from "../../src/traffic/attempt.js";
import { Caller, type Sender } from "../../src/traffic/caller.js";
import { succeeded } from "../../src/traffic/outcome.js";
import { type AcceptedAttempt, PENDING, type Server } from "../../src/traffic/server.js";
import { address, CROSS_ZONE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const FRONT = "10.244.1.5";
const BACK = "10.244.2.5";
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

/** Asks the back end on behalf of its clients, over a connection of its own for each request. */
class ProxyServer extends Front implements AttemptOwner<AcceptedAttempt> {
  readonly queued = 0;
  readonly upstream = new Map<AcceptedAttempt, Attempt<AcceptedAttempt>>();
  readonly ends: string[] = [];
  private readonly caller: Caller;
  private readonly sender: Sender;
  private requests = 0;

  constructor(harness: TrafficHarness) {
    super(harness);
    this.sender = { place: harness.node(1), address: address(FRONT) };
    this.caller = new Caller({
      context: harness.context.child("container/proxy"),
      network: harness.network,
      truth: harness,
      client: { connectTimeout: SECOND, synLinearTimeouts: 4 },
      knowledge: "address",
    });
  }

  get inFlight(): number {
    return this.upstream.size;
  }

  accept(parent: AcceptedAttempt): Micros {
    const attempt = new Attempt(this.caller, this, parent);
    attempt.begin(this.requests++, this.sender, parent.receivedAt + 2 * SECOND, NO_FACT);
    this.upstream.set(parent, attempt);
    this.harness.context.at(parent.receivedAt, Phase.traffic, ask, attempt);
    return PENDING;
  }

  release(parent: AcceptedAttempt): void {
    this.upstream.get(parent)?.leave();
    this.upstream.delete(parent);
  }

  connected(): null {
    return null;
  }

  ended(attempt: Attempt<AcceptedAttempt>): void {
    const { parent, cause, causeFact } = attempt;
    const { now } = this.harness.simulation;
    this.ends.push(attempt.end);
    if (succeeded(attempt)) parent.answered(attempt.status, now);
    else parent.answered(attempt.end === "timeout" ? 504 : 502, now, cause, causeFact);
  }
}

function ask(attempt: Attempt<AcceptedAttempt>): void {
  attempt.dial(address(BACK), 8080, "");
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

describe("a server that asks another one", () => {
  /** The path to the back end, in another zone, and its answer. */
  const UPSTREAM = 4 * CROSS_ZONE + SERVICE_TIME;

  test("answers when it has been answered, through the same machine", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    harness.server("back", BACK, { node: 2 });
    harness.send();
    harness.run(RECEIVED + 1);
    const [[parent, child] = []] = proxy.upstream;
    expect(child?.parent).toBe(parent);
    expect(child?.number).toBe(1);
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([
      { outcome: "ok", cause: "", holder: "default/front", latency: CONNECTED + UPSTREAM },
    ]);
    expect(proxy.ends).toEqual(["status"]);
    expect(proxy.inFlight).toBe(0);
  });

  test("passes on why the other one did not", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.at(T - 1, () => back.kill());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["refused"]);
    expect(harness.ended).toMatchObject([
      { outcome: "http-error", cause: "stale-address", latency: CONNECTED + 2 * CROSS_ZONE },
    ]);
    expect(harness.ended[0]?.causeFact).toBeGreaterThan(NO_FACT);
  });

  test("gives its own attempt up when its client has", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2 });
    harness.send({ client: { requestTimeout: 5 * MILLISECOND } });
    harness.run(T + 5 * MILLISECOND - 1);
    expect([proxy.inFlight, back.server.inFlight]).toEqual([1, 1]);
    harness.run(SECOND);
    expect(harness.ended).toMatchObject([{ outcome: "request-timeout", latency: 5 * MILLISECOND }]);
    expect([proxy.inFlight, back.server.inFlight]).toEqual([0, 0]);
    expect(proxy.ends).toEqual([]);
  });

  test("has the class of its own attempt's end", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2, onSigterm: "exit" });
    harness.at(RECEIVED + 3 * CROSS_ZONE + 1, () => back.terminate());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["closed-unanswered"]);
    expect(harness.ended).toMatchObject([{ outcome: "http-error", cause: "killed-in-flight" }]);
  });

  test("knows that nobody has read a request which was on its way", () => {
    const harness = new TrafficHarness();
    const proxy = new ProxyServer(harness);
    const back = harness.server("back", BACK, { node: 2, onSigterm: "exit" });
    harness.at(RECEIVED + 3 * CROSS_ZONE - 1, () => back.terminate());
    harness.send();
    harness.run(SECOND);
    expect(proxy.ends).toEqual(["closed-idle"]);
  });
});
