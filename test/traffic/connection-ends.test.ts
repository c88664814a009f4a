/** A place between client and server that ends connections, kept ones and those of one request. */
import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import type { AttemptEnd } from "../../src/traffic/outcome.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { KeepingPlace } from "../support/keeping-place.js";
import { address, CROSS_ZONE, SAME_NODE, SAME_ZONE, SERVICE_TIME, TrafficHarness } from "./harness.js";

const VIRTUAL = address("203.0.113.7");
const SERVER = "10.244.1.5";
const CAUSE = "process-exited";
const FACT = 7;
const HOLD = { reuse: "hold", balance: "pick-first", maxAge: null } as const;
/** From the client to the place; from there to the server it is as far. */
const HALF = CROSS_ZONE;
const WHOLE = 2 * CROSS_ZONE;
/** The first request arrives here, and the second, which a held connection is there for. */
const FIRST = SECOND / 2;
const SECOND_REQUEST = FIRST + SECOND;

class Bench {
  readonly harness = new TrafficHarness();
  readonly program = this.harness.server("web", SERVER);
  readonly place = new KeepingPlace(this.harness.network, VIRTUAL, address(SERVER), {
    sameNode: SAME_NODE,
    sameZone: SAME_ZONE,
    crossZone: CROSS_ZONE,
  });
  readonly ends: AttemptEnd[] = [];

  constructor(reuse: "none" | "hold") {
    this.harness.send({
      client: { connection: reuse === "hold" ? HOLD : NEW_CONNECTIONS, requestTimeout: 5 * SECOND },
      known: { address: VIRTUAL, port: 8080, believedPod: "" },
      retries: {
        after: ({ end }) => {
          this.ends.push(end);
          return null;
        },
      },
    });
  }

  at(time: number, action: (bench: Bench) => void): this {
    this.harness.at(time, () => action(this));
    return this;
  }

  endAt(time: number, how: "fin" | "rst" | "silence" = "rst"): this {
    return this.at(time, ({ place }) => place.end(how, time, CAUSE, FACT));
  }

  powerOffAt(time: number): this {
    return this.at(time, ({ harness, program }) => {
      harness.node(1).downFact = 3;
      program.powerOff(3);
    });
  }

  /** What became of one request. */
  request(wanted: number, until = wanted + 0.9) {
    this.harness.run(FIRST + until * SECOND);
    return this.harness.ended.find(({ id }) => id === wanted);
  }
}

describe("a place that keeps connections", () => {
  test("hears of the connection of each request while it lasts", () => {
    const bench = new Bench("none");
    bench.harness.run(FIRST + 1);
    expect(bench.place.open.size).toBe(1);
    expect(bench.request(0)).toMatchObject({ outcome: "ok", latency: 4 * WHOLE + SERVICE_TIME });
    expect([bench.place.open.size, bench.place.open.seen]).toEqual([0, 1]);
  });

  test("hears once of a connection that is held, and when it is given up", () => {
    const bench = new Bench("hold");
    expect(bench.request(2)).toMatchObject({ outcome: "ok" });
    expect([bench.place.open.size, bench.place.open.seen]).toEqual([1, 1]);
    bench.program.terminate();
    expect(bench.place.open.size).toBe(0);
  });

  test("is the only reason why there is a connection behind no policy", () => {
    const connections = [false, true].map((keeps) => {
      const bench = new Bench("none");
      if (!keeps) bench.place.place.connections = null;
      bench.harness.run(FIRST + 1);
      return bench.harness;
    });
    const [without, kept] = connections.map(({ ended }) => ended);
    expect(without).toEqual(kept);
  });
});

describe.each(["none", "hold"] as const)("a reset on the way (reuse: %s)", (reuse) => {
  const [id, start] = reuse === "none" ? [0, FIRST] : [1, SECOND_REQUEST];
  /** From the request's arrival until it has left the client. */
  const sent = reuse === "none" ? 2 * WHOLE : 0;
  const answered = sent + WHOLE + SERVICE_TIME;

  test.each([
    ["while the request is on its way to the place", sent + HALF - 1, "closed-idle"],
    ["when it has passed the place", sent + HALF, "closed-unanswered"],
    ["while the server works", sent + WHOLE + 1, "closed-unanswered"],
    ["when the answer has left the server", answered + 1, "closed-unanswered"],
    ["before the answer has passed the place", answered + HALF - 1, "closed-unanswered"],
  ])("%s", (_, after, end) => {
    const bench = new Bench(reuse).endAt(start + after);
    expect(bench.request(id)).toMatchObject({
      outcome: "reset",
      cause: CAUSE,
      causeFact: FACT,
      latency: after + HALF,
    });
    expect(bench.ends).toEqual([end]);
    expect(bench.program.server.inFlight).toBe(0);
    expect(bench.place.open.size).toBe(0);
  });

  test("when the answer has passed the place changes nothing", () => {
    const bench = new Bench(reuse).endAt(start + answered + HALF);
    expect(bench.request(id)).toMatchObject({ outcome: "ok", latency: answered + WHOLE });
  });

  test("frees a request that hangs since its server's node went down", () => {
    const reset = start + 2 * SECOND;
    const bench = new Bench(reuse).powerOffAt(start + sent + WHOLE).endAt(reset);
    expect(bench.request(id, id + 2.5)).toMatchObject({
      outcome: "reset",
      cause: CAUSE,
      causeFact: FACT,
      latency: 2 * SECOND + HALF,
    });
    expect(bench.ends).toContain("closed-unanswered");
  });
});

describe("a connection whose server is gone in silence", () => {
  test("frees what was sent over it later, which nobody has read", () => {
    const reset = SECOND_REQUEST + 1.5 * SECOND;
    const bench = new Bench("hold").powerOffAt(SECOND_REQUEST - 1).endAt(reset);
    expect(bench.request(1, 3)).toMatchObject({ outcome: "reset", latency: 1.5 * SECOND + HALF });
    expect(bench.request(2, 3)).toMatchObject({ outcome: "reset", latency: 0.5 * SECOND + HALF });
    expect(bench.ends.slice(0, 2)).toEqual(["closed-idle", "closed-idle"]);
  });

  test("lets it end at the client's timeout when nobody speaks", () => {
    const bench = new Bench("hold").powerOffAt(SECOND_REQUEST - 1);
    expect(bench.request(1, 7)).toMatchObject({
      outcome: "request-timeout",
      cause: "node-down",
      causeFact: 3,
      latency: 5 * SECOND,
    });
  });
});

describe("a silence on the way", () => {
  test("swallows what those behind it say", () => {
    const bench = new Bench("hold").endAt(SECOND_REQUEST + 1, "silence");
    bench.at(SECOND_REQUEST + SECOND / 2, ({ program }) => program.kill());
    expect(bench.request(1, 7)).toMatchObject({
      outcome: "request-timeout",
      cause: CAUSE,
      causeFact: FACT,
      latency: 5 * SECOND,
    });
  });
});

describe("the handshake", () => {
  test("is refused by a reset that comes before the server's answer has passed", () => {
    const bench = new Bench("none").endAt(FIRST + WHOLE + HALF - 1);
    expect(bench.request(0)).toMatchObject({ outcome: "refused", cause: CAUSE, latency: 2 * WHOLE - 1 });
    const after = new Bench("none").endAt(FIRST + WHOLE + HALF);
    expect(after.request(0)).toMatchObject({ outcome: "reset", latency: 2 * WHOLE });
    expect(after.ends).toEqual(["closed-idle"]);
  });

  test("that is lost in silence ends at the connect timeout, or by a reset before", () => {
    const silent = new Bench("none").endAt(FIRST + 1, "silence");
    expect(silent.request(0, 2)).toMatchObject({ outcome: "connect-timeout", cause: CAUSE, latency: SECOND });
    const reset = new Bench("none").endAt(FIRST + 1, "silence").endAt(FIRST + SECOND / 2);
    expect(reset.request(0, 2)).toMatchObject({ outcome: "refused", latency: SECOND / 2 + HALF });
  });
});
