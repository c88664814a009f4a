import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../../src/engine/distribution.js";
import { bits } from "../../../src/engine/random.js";
import { ChangeStream } from "../../../src/node/service-proxy/change-stream.js";
import { DeliveryLag } from "../../../src/node/service-proxy/delivery-lag.js";
import { StreamReader } from "../../../src/node/service-proxy/stream-reader.js";
import { CutSession } from "../../support/cut-session.js";
import { TestCluster } from "./cluster.js";

const time = fc.integer({ min: 0, max: 1_000 });

describe("a node's place in a stream", () => {
  it("is what the arrivals of its changes say, whatever cuts its session", () => {
    const context = new TestCluster().context;
    const [key, background] = [context.key("a"), context.key("b")];
    const lag = new DeliveryLag(compile({ kind: "uniform", min: 5, max: 200 }));
    let waited = 0;
    fc.assert(
      fc.property(
        fc.array(time, { maxLength: 20 }),
        time,
        fc.nat(400),
        time,
        time,
        (commits, from, length, taken, at) => {
          const session = new CutSession([{ from, until: from + length }]);
          const stream = new ChangeStream(0);
          for (const [draw, committedAt] of commits.sort((x, y) => x - y).entries()) {
            stream.append({ committedAt, draw, service: null, ports: 1, endpoints: 1 }, 0);
          }
          const due = stream.draw.map((draw, index) => stream.committedAt[index]! + lag.of(bits(key, draw)));
          const arrivals = due.map((each) => session.arrivalOf(each));
          waited += arrivals.filter((arrival, index) => arrival !== due[index]).length;
          const reader = new StreamReader(stream, session, lag, key, background);
          reader.take(taken);
          const position = arrivals.findIndex((arrival) => arrival > taken);
          expect(reader.position).toBe(position < 0 ? stream.length : position);
          const waiting = arrivals.slice(reader.position);
          expect(reader.firstFrom(at)).toBe(waiting.find((arrival) => arrival >= at) ?? Number.POSITIVE_INFINITY);
        },
      ),
      { seed: 31, numRuns: 500 },
    );
    expect(waited).toBeGreaterThan(300);
  });
});
